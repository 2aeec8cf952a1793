// Fills tracker/static/vendor/ (git-ignored) with the front-end files the pages load, after `npm ci`.
// Scripts and styles are copied as published; the world map is drawn once here, so that pages need no map library.
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { geoArea, geoEqualEarth, geoPath } from "d3-geo";
import { feature, mergeArcs } from "topojson-client";
import { presimplify, simplify, sphericalTriangleArea } from "topojson-simplify";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const VENDOR = join(ROOT, "tracker", "static", "vendor");
const MODULES = join(ROOT, "node_modules");

const COPIES = {
  "htmx.org/dist/htmx.min.js": "htmx.min.js",
  "tom-select/dist/js/tom-select.complete.min.js": "tom-select.complete.min.js",
  "tom-select/dist/css/tom-select.min.css": "tom-select.min.css",
};

const WIDTH = 960;
const MARGIN = 2;
const DETAIL = 4e-6; // steradians: corners of the outline that span less are left out
const SPECK = 0.25; // square pixels: islands that draw smaller are left out, unless they are all a state has
const SMALL = 5; // square pixels: a state that draws smaller also gets a point to put a mark on
const ANTARCTICA = "010";
const CODES_BY_NAME = { Kosovo: "XKX" }; // no ISO number; the vocabulary's own code
const PART_OF = { "N. Cyprus": "196", Somaliland: "706", "Indian Ocean Ter.": "036", "Ashmore and Cartier Is.": "036" };
// States and territories the map source leaves out at this scale: number, longitude, latitude.
const POINTS_ONLY = [
  ["798", 179.2, -8.52], // Tuvalu
  ["292", -5.35, 36.14], // Gibraltar
  ["772", -171.85, -9.17], // Tokelau
];

function copyLibraries() {
  for (const [from, to] of Object.entries(COPIES)) copyFileSync(join(MODULES, from), join(VENDOR, to));
}

/** One geometry per code: parts without a code of their own are dissolved into the state they are drawn with. */
function gather(topology) {
  const groups = new Map();
  for (const geometry of topology.objects.countries.geometries) {
    const { name } = geometry.properties;
    const code = PART_OF[name] ?? geometry.id ?? "";
    if (code === ANTARCTICA) continue;
    const key = code || CODES_BY_NAME[name] || name;
    const group = groups.get(key) ?? { code, m49: code || CODES_BY_NAME[name] || "", name, members: [] };
    if (!(name in PART_OF)) group.name = name;
    group.members.push(geometry);
    groups.set(key, group);
  }
  return [...groups.values()].map((group) => ({
    ...group,
    geometry: group.members.length > 1 ? mergeArcs(topology, group.members) : group.members[0],
  }));
}

/** The polygons of a geometry one by one, so that specks can be dropped. */
function polygonsOf(geometry) {
  return geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
}

/** A ring flattened to nothing by the simplification counts as the whole sphere in d3-geo: leave such rings out. */
function isDrawable(ring) {
  return ring.length > 3 && geoArea({ type: "Polygon", coordinates: [ring] }) < 2 * Math.PI;
}

/** Relative coordinates with one decimal: half the size of the absolute ones that d3-geo writes. */
function shorten(path) {
  const tenth = (value) => String(value / 10).replace(/^(-?)0\./, "$1.");
  const rings = [];
  for (const ring of path.split("Z").filter(Boolean)) {
    const points = ring.slice(1).split("L").map((pair) => pair.split(",").map((value) => Math.round(Number(value) * 10)));
    let [x, y] = points[0];
    let text = `M${tenth(x)},${tenth(y)}`;
    let command = "l";
    for (const [toX, toY] of points.slice(1)) {
      if (toX === x && toY === y) continue;
      const down = tenth(toY - y);
      text += `${command}${tenth(toX - x)}${down.startsWith("-") ? "" : ","}${down}`;
      command = " ";
      [x, y] = [toX, toY];
    }
    if (command === " ") rings.push(`${text}z`.replaceAll(" -", "-"));
  }
  return rings.join("");
}

/** What is drawn of one state: its simplified outline less the specks, or where nothing is left its largest exact part. */
function outlineOf(simplified, exact, draw) {
  const areaOf = (rings) => draw.area({ type: "Polygon", coordinates: rings });
  const parts = polygonsOf(simplified).map((rings) => rings.filter(isDrawable)).filter((rings) => rings.length);
  const kept = parts.filter((rings) => areaOf(rings) >= SPECK);
  const byArea = (one, other) => areaOf(other) - areaOf(one);
  return kept.length ? kept.sort(byArea) : polygonsOf(exact).sort(byArea).slice(0, 1);
}

function point(m49, [x, y]) {
  return { m49, x: Number(x.toFixed(1)), y: Number(y.toFixed(1)) };
}

function drawWorld() {
  const exact = JSON.parse(readFileSync(join(MODULES, "world-atlas", "countries-50m.json"), "utf8"));
  const simple = simplify(presimplify(structuredClone(exact), sphericalTriangleArea), DETAIL);
  const outlines = new Map(gather(exact).map((group) => [group.name, feature(exact, group.geometry).geometry]));

  const world = { type: "GeometryCollection", geometries: [...outlines.values()] };
  const projection = geoEqualEarth().fitWidth(WIDTH - 2 * MARGIN, world);
  const [[left, top], [, bottom]] = geoPath(projection).bounds(world);
  const [shiftX, shiftY] = projection.translate();
  projection.translate([shiftX - left + MARGIN, shiftY - top + MARGIN]);
  const draw = geoPath(projection);

  const shapes = [];
  const small = POINTS_ONLY.map(([m49, ...place]) => point(m49, projection(place)));
  for (const group of gather(simple)) {
    const outline = outlines.get(group.name);
    const coordinates = outlineOf(feature(simple, group.geometry).geometry, outline, draw);
    const path = shorten(draw({ type: "MultiPolygon", coordinates }) ?? "");
    if (group.m49 && (draw.area(outline) < SMALL || !path)) {
      small.push(point(group.m49, draw.centroid({ type: "Polygon", coordinates: coordinates[0] })));
    }
    if (path) shapes.push({ iso_numeric: group.code, m49: group.m49, name: group.name, path });
  }
  const byCode = (one, other) => (one.m49 < other.m49 ? -1 : 1);
  return { width: WIDTH, height: Math.ceil(bottom - top + 2 * MARGIN), shapes: shapes.sort(byCode), small: small.sort(byCode) };
}

rmSync(VENDOR, { recursive: true, force: true });
mkdirSync(VENDOR, { recursive: true });
copyLibraries();
const target = join(VENDOR, "world.json");
writeFileSync(`${target}.part`, JSON.stringify(drawWorld()));
renameSync(`${target}.part`, target); // last of all: where this file exists, everything does

"""Pages for those who run the tracker: people, desks, the trail."""

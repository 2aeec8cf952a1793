"""Extensions, made here and bound to the application in `create_app`."""

from flask_babel import Babel
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf import CSRFProtect

babel = Babel()
csrf = CSRFProtect()
db = SQLAlchemy()

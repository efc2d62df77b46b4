"""The live pieces of a board: their names, and the painter that draws each once an audience."""

from app.board.pieces.painter import PIECES as PIECES
from app.board.pieces.painter import Painter as Painter
from app.board.pieces.painter import Piece as Piece
from app.board.pieces.painter import skeleton as skeleton

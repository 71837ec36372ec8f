"""QR codes as inline SVG, for pages and papers."""

from __future__ import annotations

from io import BytesIO

import qrcode
import qrcode.image.svg


def svg(text: str) -> str:
    """A QR code of a text as one path, with its quiet zone; it fills the room its styles give it."""
    stream = BytesIO()
    qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage, box_size=14).save(stream)
    return stream.getvalue().decode().partition("?>")[2]

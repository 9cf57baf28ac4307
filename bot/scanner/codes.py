"""Codes in a picture: what QR codes and their like say."""

import zxingcpp
from PIL import Image

MOST = 8
LONGEST = 1_000  # characters of one
_READ = [
    zxingcpp.BarcodeFormat.QRCode,
    zxingcpp.BarcodeFormat.MicroQRCode,
    zxingcpp.BarcodeFormat.RMQRCode,
    zxingcpp.BarcodeFormat.Aztec,
    zxingcpp.BarcodeFormat.DataMatrix,
]


def codes_in(picture: Image.Image) -> list[str]:
    """The texts of the codes that can be read, each once."""
    found = zxingcpp.read_barcodes(picture.convert("L"), formats=zxingcpp.BarcodeFormats(_READ))
    texts = (one.text[:LONGEST] for one in found if one.text)
    return list(dict.fromkeys(texts))[:MOST]

"""Names of EXIF tags, by directory.

Source: CIPA DC-008-2023 (EXIF 3.0), tables 4 to 21, and TIFF 6.0; the Windows XP tags and the
blocks that editors add are Adobe's and Microsoft's registered ones.
"""

from __future__ import annotations

ORIENTATION = 0x0112
ARTIST = 0x013B
COPYRIGHT = 0x8298
XP_AUTHOR = 0x9C9D
EXIF_POINTER, GPS_POINTER, INTEROP_POINTER = 0x8769, 0x8825, 0xA005
THUMBNAIL_AT, THUMBNAIL_BYTES = 0x0201, 0x0202
COLOUR_SPACE = 0xA001
WIDTHS, HEIGHTS = (0x0100, 0xA002), (0x0101, 0xA003)
"""Tags that repeat the picture's size."""
XMP_BLOCK, IPTC_BLOCK, PHOTOSHOP_BLOCK, ICC_BLOCK = 0x02BC, 0x83BB, 0x8649, 0x8773
C2PA_BLOCK = 0xCD41
MAKER_NOTE = 0x927C

POINTERS = frozenset({EXIF_POINTER, GPS_POINTER, INTEROP_POINTER})
BLOCKS = frozenset({XMP_BLOCK, IPTC_BLOCK, PHOTOSHOP_BLOCK, ICC_BLOCK, C2PA_BLOCK})
"""Whole blocks inside a TIFF file: read as such, not as tags."""

STRUCTURE = frozenset({
    0x00FE, 0x00FF, 0x0100, 0x0101, 0x0102, 0x0103, 0x0106, 0x0107, 0x0108, 0x0109, 0x010A,
    0x0111, 0x0115, 0x0116, 0x0117, 0x0118, 0x0119, 0x011C, 0x0120, 0x0121, 0x0122, 0x0123,
    0x0124, 0x0125, 0x012D, 0x013D, 0x0140, 0x0141, 0x0142, 0x0143, 0x0144, 0x0145, 0x014A,
    0x014C, 0x0152, 0x0153, 0x0154, 0x0155, 0x0156, 0x0157, 0x015B, 0x0200, 0x0201, 0x0202,
    0x0203, 0x0205, 0x0206, 0x0207, 0x0208, 0x0209, 0x0211, 0x0212, 0x0213, 0x0214,
})  # fmt: skip
"""Tags that lay out the pixels of a TIFF file (TIFF 6.0): no metadata."""

_IFD0 = {
    0x00FE: "SubfileType", 0x0100: "ImageWidth", 0x0101: "ImageHeight", 0x0102: "BitsPerSample",
    0x0103: "Compression", 0x0106: "PhotometricInterpretation", 0x010D: "DocumentName",
    0x010E: "ImageDescription", 0x010F: "Make", 0x0110: "Model", 0x0112: "Orientation",
    0x0115: "SamplesPerPixel", 0x011A: "XResolution", 0x011B: "YResolution",
    0x011C: "PlanarConfiguration", 0x011D: "PageName", 0x0128: "ResolutionUnit",
    0x0129: "PageNumber", 0x012D: "TransferFunction", 0x0131: "Software", 0x0132: "DateTime",
    0x013B: "Artist", 0x013C: "HostComputer", 0x013E: "WhitePoint",
    0x013F: "PrimaryChromaticities", 0x0201: "ThumbnailOffset", 0x0202: "ThumbnailLength",
    0x0211: "YCbCrCoefficients", 0x0212: "YCbCrSubSampling", 0x0213: "YCbCrPositioning",
    0x0214: "ReferenceBlackWhite", 0x02BC: "XMP", 0x4746: "Rating", 0x4749: "RatingPercent",
    0x8298: "Copyright", 0x83BB: "IPTC", 0x8649: "PhotoshopSettings", 0x8769: "ExifOffset",
    0x8773: "ICCProfile", 0x8825: "GPSInfo", 0x9C9B: "XPTitle", 0x9C9C: "XPComment",
    0x9C9D: "XPAuthor", 0x9C9E: "XPKeywords", 0x9C9F: "XPSubject", 0xC4A5: "PrintImageMatching",
    0xC614: "UniqueCameraModel", 0xC62F: "CameraSerialNumber", 0xC634: "PrivateData",
    0xC65D: "RawDataUniqueID", 0xC68B: "OriginalRawFileName", 0xCD41: "C2PA",
    0xEA1C: "Padding",
}  # fmt: skip

_EXIF = {
    0x829A: "ExposureTime", 0x829D: "FNumber", 0x8822: "ExposureProgram",
    0x8824: "SpectralSensitivity", 0x8827: "PhotographicSensitivity", 0x8828: "OECF",
    0x8830: "SensitivityType", 0x8831: "StandardOutputSensitivity",
    0x8832: "RecommendedExposureIndex", 0x8833: "ISOSpeed", 0x8834: "ISOSpeedLatitudeyyy",
    0x8835: "ISOSpeedLatitudezzz", 0x9000: "ExifVersion", 0x9003: "DateTimeOriginal",
    0x9004: "DateTimeDigitized", 0x9010: "OffsetTime", 0x9011: "OffsetTimeOriginal",
    0x9012: "OffsetTimeDigitized", 0x9101: "ComponentsConfiguration",
    0x9102: "CompressedBitsPerPixel", 0x9201: "ShutterSpeedValue", 0x9202: "ApertureValue",
    0x9203: "BrightnessValue", 0x9204: "ExposureBiasValue", 0x9205: "MaxApertureValue",
    0x9206: "SubjectDistance", 0x9207: "MeteringMode", 0x9208: "LightSource", 0x9209: "Flash",
    0x920A: "FocalLength", 0x9214: "SubjectArea", 0x927C: "MakerNote", 0x9286: "UserComment",
    0x9290: "SubSecTime", 0x9291: "SubSecTimeOriginal", 0x9292: "SubSecTimeDigitized",
    0x9400: "Temperature", 0x9401: "Humidity", 0x9402: "Pressure", 0x9403: "WaterDepth",
    0x9404: "Acceleration", 0x9405: "CameraElevationAngle", 0xA000: "FlashpixVersion",
    0xA001: "ColorSpace", 0xA002: "PixelXDimension", 0xA003: "PixelYDimension",
    0xA004: "RelatedSoundFile", 0xA005: "InteropOffset", 0xA20B: "FlashEnergy",
    0xA20C: "SpatialFrequencyResponse", 0xA20E: "FocalPlaneXResolution",
    0xA20F: "FocalPlaneYResolution", 0xA210: "FocalPlaneResolutionUnit",
    0xA214: "SubjectLocation", 0xA215: "ExposureIndex", 0xA217: "SensingMethod",
    0xA300: "FileSource", 0xA301: "SceneType", 0xA302: "CFAPattern", 0xA401: "CustomRendered",
    0xA402: "ExposureMode", 0xA403: "WhiteBalance", 0xA404: "DigitalZoomRatio",
    0xA405: "FocalLengthIn35mmFilm", 0xA406: "SceneCaptureType", 0xA407: "GainControl",
    0xA408: "Contrast", 0xA409: "Saturation", 0xA40A: "Sharpness",
    0xA40B: "DeviceSettingDescription", 0xA40C: "SubjectDistanceRange", 0xA420: "ImageUniqueID",
    0xA430: "CameraOwnerName", 0xA431: "BodySerialNumber", 0xA432: "LensSpecification",
    0xA433: "LensMake", 0xA434: "LensModel", 0xA435: "LensSerialNumber", 0xA436: "ImageTitle",
    0xA437: "Photographer", 0xA438: "ImageEditor", 0xA439: "CameraFirmware",
    0xA43A: "RAWDevelopingSoftware", 0xA43B: "ImageEditingSoftware",
    0xA43C: "MetadataEditingSoftware", 0xA460: "CompositeImage",
    0xA461: "SourceImageNumberOfCompositeImage",
    0xA462: "SourceExposureTimesOfCompositeImage", 0xA500: "Gamma",
}  # fmt: skip

_GPS = (
    "GPSVersionID", "GPSLatitudeRef", "GPSLatitude", "GPSLongitudeRef", "GPSLongitude",
    "GPSAltitudeRef", "GPSAltitude", "GPSTimeStamp", "GPSSatellites", "GPSStatus",
    "GPSMeasureMode", "GPSDOP", "GPSSpeedRef", "GPSSpeed", "GPSTrackRef", "GPSTrack",
    "GPSImgDirectionRef", "GPSImgDirection", "GPSMapDatum", "GPSDestLatitudeRef",
    "GPSDestLatitude", "GPSDestLongitudeRef", "GPSDestLongitude", "GPSDestBearingRef",
    "GPSDestBearing", "GPSDestDistanceRef", "GPSDestDistance", "GPSProcessingMethod",
    "GPSAreaInformation", "GPSDateStamp", "GPSDifferential", "GPSHPositioningError",
)  # fmt: skip

_INTEROP = {0x0001: "InteropIndex", 0x0002: "InteropVersion"}

_NAMES = {
    "IFD0": _IFD0,
    "Exif": _EXIF,
    "GPS": dict(enumerate(_GPS)),
    "Interop": _INTEROP,
    "Thumbnail": _IFD0,
}


def name_of(directory: str, tag: int) -> str:
    """`EXIF Artist`, `GPS GPSLatitude`, `Thumbnail Compression`; a number where it has no name."""
    group = "EXIF" if directory in {"IFD0", "Exif"} else directory
    return f"{group} {_NAMES[directory].get(tag, f'0x{tag:04X}')}"

"""Other words for the columns of factories, by which files of another layout are mapped."""

from dataclasses import replace

from portal.sheets.spec import Column, Hints, SheetSpec

_WORDS: dict[str, tuple[str, ...]] = {
    "number14": ("เลขทะเบียน 14 หลัก", "เลขทะเบียนโรงงานใหม่", "FID", "factory id", "เลขโรงงาน 14 หลัก"),
    "old_number": (
        "เลขทะเบียนเดิม",
        "เลขทะเบียนโรงงานเดิม",
        "ทะเบียนโรงงาน",
        "ทะเบียนโรงงานเลขที่",
        "DISPFACREG",
        "เลขทะเบียน",
    ),
    "name": ("ชื่อโรงงาน", "ชื่อสถานประกอบการ", "โรงงาน", "FNAME", "factory name"),
    "operator_name": ("ผู้ประกอบกิจการ", "ผู้ประกอบการ", "ชื่อผู้ประกอบการ", "ผู้รับใบอนุญาต", "ONAME", "operator"),
    "activity": ("ประกอบกิจการ", "ลักษณะกิจการ", "กิจการ", "OBJECT", "activity"),
    "category": ("จำพวก", "จำพวกโรงงาน", "จำพวกที่", "FACTYPE"),
    "main_type": ("ประเภทโรงงาน", "ลำดับประเภท", "ประเภทหรือชนิด", "รหัสประเภท"),
    "tsic": ("รหัส TSIC", "TSIC", "ISIC", "ISIC_CODE"),
    "status": ("สถานะโรงงาน", "สถานะกิจการ", "สถานะการประกอบกิจการ"),
    "horsepower": ("แรงม้า", "แรงม้ารวม", "กำลังเครื่องจักร", "HP"),
    "workers": ("คนงาน", "จำนวนคนงาน", "คนงานรวม", "TOTAL_WORKER", "workers"),
    "men": ("คนงานชาย", "แรงงานชาย"),
    "women": ("คนงานหญิง", "แรงงานหญิง"),
    "in_estate": ("ในนิคม", "อยู่ในนิคม"),
    "estate_name": ("ชื่อนิคม", "นิคมอุตสาหกรรม", "ESTATE_NAME_TH"),
    "house_no": ("เลขที่ตั้ง", "บ้านเลขที่", "ที่อยู่เลขที่", "FADDR"),
    "moo": ("หมู่ที่", "หมู่", "FMOO"),
    "soi": ("ตรอก/ซอย", "ซอย", "FSOI"),
    "road": ("ถนน", "FROAD"),
    "subdistrict": ("ตำบล/แขวง", "แขวง", "ตำบล", "FTUMNAME"),
    "district": ("อำเภอ/เขต", "เขต", "อำเภอ", "FAMPNAME"),
    "province": ("ชื่อจังหวัด", "จังหวัด", "FPROVNAME", "province"),
    "postcode": ("รหัสไปรษณีย์", "ไปรษณีย์", "FZIPCODE", "zip"),
    "telephone": ("โทรศัพท์", "เบอร์โทร", "หมายเลขโทรศัพท์", "tel"),
    "lat": ("ละติจูด", "พิกัดละติจูด", "latitude", "LAT"),
    "lng": ("ลองจิจูด", "พิกัดลองจิจูด", "longitude", "LNG", "lon"),
    "capital_baht": ("เงินทุน", "เงินลงทุน", "เงินลงทุนรวม", "ทุนรวม", "TOTAL_CAP"),
    "capital_land_baht": ("ค่าที่ดิน", "เงินลงทุนค่าที่ดิน"),
    "capital_building_baht": ("ค่าอาคาร", "เงินลงทุนค่าอาคาร"),
    "capital_machine_baht": ("ค่าเครื่องจักร", "เงินลงทุนค่าเครื่องจักร"),
    "capital_working_baht": ("ทุนหมุนเวียน", "เงินทุนหมุนเวียน"),
    "licensed_capacity": ("กำลังผลิต", "กำลังการผลิต"),
    "licensed_capacity_unit": ("หน่วยกำลังผลิต", "หน่วยของกำลังผลิต"),
    "licensed_on": ("วันที่ใบอนุญาต", "วันที่อนุญาต", "วันอนุญาต"),
    "site_sqm": ("พื้นที่โรงงาน", "เนื้อที่โรงงาน"),
    "building_sqm": ("พื้นที่อาคาร", "เนื้อที่อาคาร"),
    "flag": ("รหัสสถานะ", "สถานะ", "FFLAG"),
    "updated_on": ("ปรับปรุงเมื่อ", "วันที่ปรับปรุง", "LAST_UPDATE"),
}
_SHAPES = {
    "number14": "number14",
    "old_number": "old_number",
    "tsic": "five_digits",
    "postcode": "five_digits",
}


def with_hints(spec: SheetSpec, *, expected: tuple[str, ...] = ()) -> SheetSpec:
    """The sheet with what is known about foreign headings of its columns; ``expected`` belong into
    every file."""
    numbers = tuple(key for key in ("number14", "old_number") if key in spec.keys)
    columns = tuple(_hinted(column, column.key in expected) for column in spec.columns)
    return replace(spec, columns=columns, one_of=(numbers,))


def _hinted(column: Column, expected: bool) -> Column:
    hints = Hints(_WORDS.get(column.key, ()), _SHAPES.get(column.key, ""))
    return replace(column, hints=hints, expected=expected)

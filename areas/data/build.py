"""Writes areas.csv and other_names.csv from sources/. Run `python -m areas.data.build` after changing either.

The built files are committed, so that a reviewer sees every name and a fresh install needs no pinyin.
"""

import csv
from pathlib import Path

from areas.romanise import AUTONOMOUS, english_name

HERE = Path(__file__).parent
COLUMNS = [
    "code", "level", "kind", "parent", "name", "short_name", "name_en", "mca_code",
    "lon", "lat", "point_method",
]  # fmt: skip
OTHER_COLUMNS = ["area", "name", "code", "why", "from_year", "to_year"]
BIJIE_LEVELS = {"city": "prefecture", "county": "county", "town": "township", "village": "village"}
BOX_METHODS = {"sizhi_bbox_center": "town_box"}
BIJIE_NAME_EN = "Bijie"
LONG_PROVINCES = ("内蒙古", "黑龙江")
NOT_A_TITLE = ("自治县", "自治旗", "开发区", "管理区", "示范区", "园区", "新区", "特区", "矿区", "林区")


def build() -> tuple[list[dict], list[dict]]:
    points = read_points()
    names = {row["code"]: row["name"] for row in source("china_divisions")}
    china = [china_row(row, points, names) for row in source("china_divisions") if not is_in_bijie(row["code"])]
    bijie = [bijie_row(row, points) for row in source("bijie_divisions")]
    rows = sorted(china + bijie, key=lambda row: row["code"])
    by_code = {row["code"]: row for row in rows}
    for row in rows:  # sorted, so a parent's point is settled before its children ask for it
        row["parent"] = row["parent"] or parent_of(row, by_code)
        stand_in(row, by_code)
    return rows, other_names()


def china_row(row: dict, points: dict, names: dict) -> dict:
    code, level, name = row["code"], row["level"], row["name"]
    kind, inside = china_kind(row), ()
    if kind == "zone":
        prefecture = names[code[:4] + "00"]
        inside = (short_of(names[code[:2] + "0000"], "province"), short_of(prefecture, "prefecture"))
    name_en = english_name(name, level, inside)
    return areas_row(code, level, name, short_of(name, level), kind, points=points, name_en=name_en)


def bijie_row(row: dict, points: dict) -> dict:
    level = BIJIE_LEVELS[row["level"]]
    name_en = BIJIE_NAME_EN if level == "prefecture" else row["name_en"]
    return areas_row(
        row["code"], level, row["name"], row["short_name"], bijie_kind(row, level),
        points=points, name_en=name_en, mca_code=row["mca_code"],
    )  # fmt: skip


def areas_row(code, level, name, short_name, kind, *, points, name_en="", mca_code="") -> dict:
    lon, lat, method = points.get(code, ("", "", "none"))
    romanised = short_name if level == "village" else name
    return {
        "code": pad(code), "level": level, "kind": kind, "parent": "", "name": name, "short_name": short_name,
        "name_en": name_en or english_name(romanised, level), "mca_code": mca_code,
        "lon": lon, "lat": lat, "point_method": method,
    }  # fmt: skip


def china_kind(row: dict) -> str:
    if row["note"] == "placeholder":
        return "placeholder"
    ordinary = row["name"].endswith(("县", "市", "旗", "盟", "州", "群岛")) or row["level"] != "county"
    is_zone = row["note"] and not ordinary and row["code"][4:] >= "70"
    return "zone" if is_zone else "division"


def bijie_kind(row: dict, level: str) -> str:
    name = row["name"]
    if level == "village":
        return "community" if name.endswith("居民委员会") else "village"
    if level == "township":
        if name.endswith("街道"):
            return "subdistrict"
        if name.endswith("镇"):
            return "town"
        return "ethnic_township" if name.endswith("族乡") else "rural_township"
    return "division"


def short_of(name: str, level: str) -> str:
    """浙江, 温州, 永康, 黔东南: as people write where they work."""
    if level == "province":
        return name[:3] if name[:3] in LONG_PROVINCES else name[:2]
    if autonomous := AUTONOMOUS.match(name):
        return autonomous[1]
    if name.endswith("地区"):
        return name.removesuffix("地区")
    bare = name[:-1]
    keeps_its_ending = len(bare) < 2 or name[-1] not in "市县区旗盟" or name.endswith(NOT_A_TITLE)
    return name if keeps_its_ending else bare


def parent_of(row: dict, by_code: dict) -> str:
    """The enclosing code that exists; a few counties have no prefecture listed and hang from the province."""
    if row["level"] == "province":
        return ""
    code = row["code"]
    prefixes = {"prefecture": [2], "county": [4, 2], "township": [6], "village": [9]}[row["level"]]
    return next(up for n in prefixes if (up := pad(code[:n])) in by_code)


def stand_in(row: dict, by_code: dict) -> None:
    """Lends a place without a point its parent's, and says so. A province's point would mean nothing."""
    methods = {"village": "township", "township": "county_seat", "county": "prefecture"}
    method, parent = methods.get(row["level"]), by_code.get(row["parent"])
    if row["lon"] or method is None or parent is None or not parent["lon"]:
        return
    inherited = parent["point_method"] if parent["point_method"] in methods.values() else method
    row.update(lon=parent["lon"], lat=parent["lat"], point_method=inherited)


def read_points() -> dict[str, tuple[str, str, str]]:
    points = {row["code"]: (row["lon_wgs84"], row["lat_wgs84"], "seat") for row in source("destination_city_points")}
    for row in source("bijie_county_centroids"):
        points[row["code"]] = (row["seat_lon_wgs84"], row["seat_lat_wgs84"], "seat")
    for row in source("bijie_town_points"):
        if row["lon_wgs84"]:
            method = BOX_METHODS.get(row["method"], "town_point")
            points[row["code"]] = (row["lon_wgs84"], row["lat_wgs84"], method)
    points["520500"] = points["520502"]  # the city government sits in Qixingguan
    return points


def other_names() -> list[dict]:
    former = [
        {"area": pad(row["current_county_code"]), "name": row["name"].removesuffix("（县级）"),
         "code": pad(row["id_prefix"]), "why": "former",
         "from_year": row["from_year"], "to_year": row["to_year"]}
        for row in source("bijie_id_prefixes") if row["to_year"]
    ]  # fmt: skip
    spelt = [
        {"area": pad(row["code"]), "name": row["mca_name"], "code": "", "why": "spelling",
         "from_year": "", "to_year": ""}
        for row in source("bijie_divisions") if row["mca_name"] and row["mca_name"] != row["name"]
    ]  # fmt: skip
    return former + spelt


def is_in_bijie(code: str) -> bool:
    return code.startswith("5205")


def pad(code: str) -> str:
    return code.ljust(12, "0")


def source(name: str) -> list[dict]:
    with (HERE / "sources" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, columns: list[str], rows: list[dict]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    areas, others = build()
    write("areas.csv", COLUMNS, areas)
    write("other_names.csv", OTHER_COLUMNS, others)
    print(f"{len(areas)} areas, {len(others)} other names")

"""English names of divisions: pinyin, with the rules an atlas follows. Used once, when the data is built."""

import re

from pypinyin import Style, lazy_pinyin

from areas.ranges import Level

PROVINCES = {
    "内蒙古自治区": "Inner Mongolia", "西藏自治区": "Tibet", "新疆维吾尔自治区": "Xinjiang",
    "宁夏回族自治区": "Ningxia", "广西壮族自治区": "Guangxi", "陕西省": "Shaanxi", "山西省": "Shanxi",
    "香港特别行政区": "Hong Kong", "澳门特别行政区": "Macao", "台湾省": "Taiwan",
}  # fmt: skip

FIXED = {
    "市辖区": "Municipal districts", "县": "Counties",
    "省直辖县级行政区划": "Counties directly under the province",
    "自治区直辖县级行政区划": "Counties directly under the region",
    "呼和浩特市": "Hohhot", "包头市": "Baotou", "乌鲁木齐市": "Ürümqi", "拉萨市": "Lhasa", "哈尔滨市": "Harbin",
    "西沙群岛": "Xisha Islands", "南沙群岛": "Nansha Islands",
    "中沙群岛的岛礁及其海域": "Zhongsha Islands and their waters",
    "保定白沟新城": "Baoding Baigou New City", "乌拉盖管理区管委会": "Wulagai Management Zone",
    "大柴旦行政委员会": "Da Qaidam Administrative Committee", "豫东综合物流产业聚集区": "Yudong Logistics Cluster",
    "东乡族自治县": "Dongxiang Autonomous County", "鄂伦春自治旗": "Oroqen Autonomous Banner",
    "鄂温克族自治旗": "Evenki Autonomous Banner", "龙胜各族自治县": "Longsheng Multi-ethnic Autonomous County",
    "隆林各族自治县": "Longlin Multi-ethnic Autonomous County",
    "乐陵市": "Laoling City", "六合区": "Luhe District", "单县": "Shan County", "浚县": "Xun County",
    "涡阳县": "Guoyang County", "洪洞县": "Hongtong County", "繁峙县": "Fanshi County", "蔚县": "Yu County",
    "筠连县": "Junlian County", "荥经县": "Yingjing County", "什邡市": "Shifang City", "吴堡县": "Wubu County",
    "神农架林区": "Shennongjia Forestry District", "长子县": "Zhangzi County",
    "西藏文化旅游创意园区": "Tibet Culture and Tourism Creative Park",
}  # fmt: skip

PEOPLES = {
    "蒙古族": "Mongol", "蒙古": "Mongol", "回族": "Hui", "藏族": "Tibetan", "维吾尔族": "Uyghur", "苗族": "Miao",
    "彝族": "Yi", "壮族": "Zhuang", "布依族": "Buyei", "朝鲜族": "Korean", "满族": "Manchu", "侗族": "Dong",
    "瑶族": "Yao", "白族": "Bai", "土家族": "Tujia", "哈尼族": "Hani", "哈萨克族": "Kazakh", "哈萨克": "Kazakh",
    "傣族": "Dai", "黎族": "Li", "傈僳族": "Lisu", "佤族": "Va", "畲族": "She", "拉祜族": "Lahu", "水族": "Shui",
    "东乡族": "Dongxiang", "纳西族": "Naxi", "景颇族": "Jingpo", "柯尔克孜": "Kirgiz", "土族": "Tu",
    "达斡尔族": "Daur", "仫佬族": "Mulao", "羌族": "Qiang", "布朗族": "Blang", "撒拉族": "Salar",
    "毛南族": "Maonan", "仡佬族": "Gelao", "锡伯": "Xibe", "普米族": "Pumi", "塔吉克": "Tajik", "怒族": "Nu",
    "鄂温克族": "Evenki", "鄂伦春": "Oroqen", "保安族": "Bonan", "裕固族": "Yugur", "独龙族": "Derung",
}  # fmt: skip
PEOPLE = "|".join(sorted(PEOPLES, key=len, reverse=True))

ENDINGS = {
    "高新技术产业开发区": "High-tech Zone", "高新技术产业园区": "High-tech Park", "高新技术开发区": "High-tech Zone",
    "火炬高技术产业开发区": "Torch High-tech Zone", "稀土高新技术产业开发区": "Rare Earth High-tech Zone",
    "经济技术开发区": "Economic and Technological Zone", "经济开发区": "Economic Zone", "开发区": "Development Zone",
    "航空港经济综合实验区": "Airport Economy Zone", "转型综合改革示范区": "Transition Reform Zone",
    "城乡一体化示范区": "Urban-Rural Integration Zone", "高新技术产业园": "High-tech Park",
    "现代产业园区": "Modern Industrial Park", "循环化工园区": "Circular Chemical Park",
    "藏青工业园区": "Zang-Qing Industrial Park", "工业园区": "Industrial Park", "风景名胜区": "Scenic Area",
    "中国新加坡食品区": "China-Singapore Food Zone", "管理区": "Management Zone", "示范区": "Demonstration Zone",
    "新区": "New Area", "特区": "Special District", "矿区": "Mining District",
    "自治县": "Autonomous County", "自治旗": "Autonomous Banner", "自治州": "Autonomous Prefecture",
    "地区": "Prefecture", "盟": "League", "旗": "Banner", "县": "County", "区": "District", "市": "City",
    "街道": "Subdistrict", "镇": "Town", "乡": "Township", "社区": "Community", "村": "Village",
}  # fmt: skip
ENDING = re.compile("(.+?)(" + "|".join(sorted(ENDINGS, key=len, reverse=True)) + ")$")
AUTONOMOUS = re.compile(rf"(.+?)((?:{PEOPLE})+)(自治县|自治旗|自治州|乡)$")

READINGS = {
    "朝": "chao",
    "长": "chang", "都": "du", "漯": "luo", "曾": "zeng", "堡": "pu", "箐": "qing", "凼": "dang", "垭": "ya",
    "硐": "dong", "朵": "duo", "嘎": "ga",
}  # fmt: skip


def romanise(text: str) -> str:
    """One capitalised word, with the apostrophe before a vowel: 兴安 is Xing'an."""
    syllables = [READINGS.get(char, syllable) for char, syllable in _read(text)]
    word = "".join(f"'{s}" if i and s[:1] in "aoe" else s for i, s in enumerate(syllables))
    return word[:1].upper() + word[1:]


def english_name(name: str, level: str, inside: tuple[str, ...] = ()) -> str:
    """`name` is the official name, or for a village its short one (凤坪村).

    `inside` are the names of the divisions around it, which a zone repeats: 河北唐山芦台经济开发区.
    """
    if name in FIXED:
        return FIXED[name]
    if level == Level.PROVINCE:
        return PROVINCES.get(name) or romanise(name.removesuffix("省").removesuffix("市"))
    if level == Level.PREFECTURE and name.endswith("市"):
        return romanise(name.removesuffix("市"))
    if autonomous := AUTONOMOUS.match(name):
        return _autonomous_name(*autonomous.groups())
    if ended := ENDING.match(name):
        return f"{_romanise_words(ended[1], inside)} {ENDINGS[ended[2]]}"
    return romanise(name)


def _romanise_words(place: str, inside: tuple[str, ...]) -> str:
    words = []
    for outer in inside:
        if place.startswith(outer) and place != outer:
            words.append(romanise(outer))
            place = place.removeprefix(outer).removeprefix("市")
    return " ".join([*words, romanise(place)] if place else words)


def _autonomous_name(place: str, peoples: str, ending: str) -> str:
    words = [PEOPLES[people] for people in re.findall(PEOPLE, peoples)]
    listed = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
    kind = "Ethnic Township" if ending == "乡" else ENDINGS[ending]
    return f"{romanise(place)} {listed} {kind}"


def _read(text: str) -> list[tuple[str, str]]:
    syllables = lazy_pinyin(text, style=Style.NORMAL, v_to_u=True, errors=list)
    return list(zip(text, syllables, strict=True))

"""How names are read: surnames, compound surnames, characters of given names; and that Find takes both readings."""

import re
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import connection

from tests.workers.factories import WorkerFactory
from workers.models import Worker
from workers.rules.names import pinyin_of

SURNAMES = """
单 shan|仇 qiu|解 xie|查 zha|曾 zeng|朴 piao|区 ou|任 ren|华 hua
盖 ge|乐 yue|覃 qin|冼 xian|缪 miao|宓 mi|逄 pang|员 yun
黑 he|翟 zhai|尉 wei|牟 mou|种 chong|召 shao|折 she|繁 po|卜 bu
洗 xian|句 gou|祭 zhai|能 nai|秘 bi|都 du|六 lu|适 kuo
佴 nai|乜 nie|阚 kan|隗 wei|郇 xun|郗 xi|莘 shen|柏 bai|薄 bo
藏 zang|角 jue|省 xing|粘 nian|降 xiang|长 chang|重 chong
参 shen|不 fou|番 pan|镡 tan|贠 yun|逢 pang|蔚 yu|谌 chen|庹 tuo
佘 she|沈 shen|石 shi|贾 jia|叶 ye|褚 chu|俞 yu|燕 yan
宁 ning|应 ying|车 che|郝 hao|眭 sui|訾 zi|昝 zan|郄 qie|亓 qi
麴 qu|吕 lv|區 ou|單 shan|吴 wu|于 yu|纪 ji|费 fei|臧 zang
"""
COMPOUND = """
尉迟 yuchi|万俟 moqi|长孙 zhangsun|单于 chanyu|澹台 tantai|乐正 yuezheng|吐谷浑 tuyuhun|令狐 linghu|诸葛 zhuge
欧阳 ouyang|上官 shangguan|司马 sima|夏侯 xiahou|皇甫 huangfu|呼延 huyan|鲜于 xianyu|闾丘 lvqiu|亓官 qiguan|宇文 yuwen
拓跋 tuoba|夹谷 jiagu|羊舌 yangshe|淳于 chunyu|申屠 shentu|公冶 gongye|钟离 zhongli|赫连 helian|慕容 murong|独孤 dugu
"""
GIVEN = """
行 xing|重 chong|朝 chao|茜 qian|长 chang|乐 le|翟 zhai|倩 qian|晟 sheng
琢 zhuo|厦 xia|仔 zi|泊 bo|珩 heng|焘 tao|铤 ting
隽 jun|靓 liang|莘 xin|莞 wan|佛 fo|伽 jia|率 shuai|芾 fu|鹄 hu
钥 yue|曾 zeng|盛 sheng|传 chuan|兴 xing|好 hao|华 hua
单 dan|娜 na|莎 sha|强 qiang|圳 zhen|堃 kun|喆 zhe|赟 yun|翀 chong
祎 yi|彧 yu|芃 peng|垚 yao|燚 yi|淼 miao|𠮷 ji|㛃 jie
䶮 yan|濮 pu|绿 lv|女 nv|媛 yuan|炅 jiong|颉 jie|蔚 wei|纶 lun
筠 yun|浚 jun|楷 kai|溪 xi|奇 qi|期 qi|广 guang|柏 bai
"""


def listed(text: str) -> dict[str, str]:
    return dict(pair.split() for pair in re.split(r"[|\n]", text.strip()))


def test_every_surname_is_read_as_a_surname():
    assert {name: pinyin_of(f"{name}国琴").whole for name in listed(SURNAMES)} == {
        name: f"{reading}guoqin" for name, reading in listed(SURNAMES).items()
    }


def test_every_compound_surname_is_read_as_one():
    assert {name: pinyin_of(f"{name}国琴").whole for name in listed(COMPOUND)} == {
        name: f"{reading}guoqin" for name, reading in listed(COMPOUND).items()
    }


def test_characters_of_given_names_are_read_as_in_names():
    assert {name: pinyin_of(f"王{name}").whole for name in listed(GIVEN)} == {
        name: f"wang{reading}" for name, reading in listed(GIVEN).items()
    }


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        ("曾经纬", "zengjingwei"),  # 曾经 is a word
        ("王银行", "wangyinxing"),  # 银行 is a bank
        ("任重远", "renchongyuan"),
        ("单于", "shanyu"),  # 单 with one character more, no compound surname
        ("黑日·阿木", "heiriamu"),  # given name and clan: no surname in front
        ("Nguyễn Thị Hoa", "nguyenthihoa"),
        ("Đặng O'Brien", "dangobrien"),
    ],
)
def test_words_of_a_dictionary_are_no_names(name, pinyin):
    assert pinyin_of(name).whole == pinyin


def test_a_name_of_many_readings_has_no_more_than_fifteen_others():
    assert len(pinyin_of("覃朝重乐行长茜翟").others.split()) <= 30


# ---- finding -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("覃美华", ["qinmeihua", "tanmei", "qmh", "tmh", "t", "Tan Meihua"]),
        ("盖乐", ["gele", "gaile", "geyue", "gaiyue", "gl", "gy"]),
        ("王朝阳", ["wangchaoyang", "wangzhaoyang", "wcy", "wzy"]),
        ("宓茜", ["miqian", "fuqian", "mixi", "fuxi", "fx"]),
        ("吕布", ["lvbu", "lübu", "LÜ BU"]),
        ("𠮷田", ["jitian", "jt", "𠮷田"]),
    ],
)
def test_whose_name_has_two_readings_is_found_by_both(name, typed):
    worker = WorkerFactory(name=name)
    WorkerFactory(name="李国琴")

    assert {text: list(Worker.objects.find(text)) for text in typed} == {text: [worker] for text in typed}


@pytest.mark.django_db
def test_the_other_reading_of_a_character_finds_nobody_who_has_another_one():
    WorkerFactory(name="秦美华")
    WorkerFactory(name="晁国琴")

    assert [list(Worker.objects.find(text)) for text in ("tanmeihua", "zhaoguoqin")] == [[], []]


@pytest.mark.django_db
def test_the_register_of_before_is_read_again():
    names = ["覃美华", "李国琴", "Đặng Thị Hoa"]
    for name in names:
        WorkerFactory(name=name)
    Worker.objects.update(name_pinyin="ngthhoa", name_initials="n", other_readings="")
    Worker.objects.filter(name="李国琴").update(name_pinyin="liguoqin", name_initials="lgq")

    import_module("workers.migrations.0005_names_read_again").read_again(apps, SimpleNamespace(connection=connection))

    read = Worker.objects.order_by("pk").values_list("name_pinyin", "name_initials", "other_readings")
    assert list(read) == [tuple(pinyin_of(name)) for name in names]


def test_the_index_of_readings_is_built_beside_those_who_work():
    migration = import_module("workers.migrations.0004_other_readings_of_names").Migration

    assert not migration.atomic
    assert [type(each) for each in migration.operations if "Index" in type(each).__name__] == [AddIndexConcurrently]

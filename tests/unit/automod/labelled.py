"""Labelled messages as people write them, in several languages: what a rule should find in each.

Some disguises are meant to be too much: a table in which everything is found tells nothing.
"""

from collections.abc import Iterator

from bot.features.automod.terms import (
    AnyTerms,
    AttachmentTerms,
    Category,
    ChannelSpamTerms,
    KeywordTerms,
    LinkTerms,
    MentionTerms,
    NewAccountTerms,
    SpamTerms,
    StyleTerms,
)
from tests.unit.automod import counted
from tests.unit.automod.sample import Sample

WORDS = (
    *("free nitro", "idiot", "buy followers", "ass", "cop", "sik", "ano", "casino bonus", "scam*"),
    *("дурак", "бесплатный нитро", "aptal", "bedava nitro", "Vollidiot", "nitro gratis", "idiota"),
    *("غبي", "बेवकूफ", "馬鹿", "바보", "debil", "ηλίθιος", "ngu ngốc", "ควาย"),
)
RULES: tuple[AnyTerms, ...] = (
    KeywordTerms(words=WORDS, allow=("ass effect",), patterns=(r"\bgift\s*cards?\b",), leet=True),
    LinkTerms(shorteners=True, deny=("evil.example", "*.bad.example"), allow=("youtube.com",)),
    MentionTerms(users=5, roles=2, everyone=True),
    StyleTerms(lines=20),
    AttachmentTerms(refuse=("exe", "scr", "bat"), largest_kb=10_000),
    SpamTerms(messages=6, duplicates=3, seconds=10),
    ChannelSpamTerms(channels=4, seconds=10),
    NewAccountTerms(days=7),
)


KEYWORDS = """
get your free nitro here
FREE NITRO for everyone!!
FrEe   NiTrO
frее nіtrо only today
fr\u200bee ni\u200dtro
ｆｒｅｅ ｎｉｔｒｏ
𝓯𝓻𝓮𝓮 𝓷𝓲𝓽𝓻𝓸
f r e e  n i t r o
f.r.e.e n.i.t.r.o
f-r-e-e   n-i-t-r-o
fr33 n1tr0
frée nítro
freeee niiitro
🇫🇷🇪🇪 nitro
f̷r̷e̷e̷ n̷i̷t̷r̷o̷
ꜰʀᴇᴇ ɴɪᴛʀᴏ
fre3 n!tro for you
you are such an idiot
1d10t
iiiidiooot
IDIОT
what an aѕѕ
a$$
a s s
buy followers cheap
casino bonus 200%
this is a scammer
scam alert
gift card giveaway
gift   cards for you
ну ты и дурак
ДУРАК!
д у р а к
дураааак
бесплатный нитро тут
bedava nitro burada
aptal mısın
du bist ein Vollidiot
VOLLIDIOT
nitro gratis aquí
eres un idiota
أنت غبي جدا
तुम बेवकूफ हो
おまえは馬鹿だ
너 바보야
ty debil
είσαι ηλίθιος
đồ ngu ngốc
ไอ้ควาย
free ni tro
ffrreeee nnnitrro
fr*e nitr*
eerf ortin
"""
LINKS = """
join discord.gg/abcDEF
https://discord.com/invite/xyz123
discordapp.com/invite/xyz123
Discord.GG/abc
dis\u200bcord.gg/abc
discord . gg / abc
discord(dot)gg/abc
ｄｉｓｃｏｒｄ．ｇｇ／ａｂｃ
[click me](https://discord.gg/abc)
https://dsc.gg/party
free stuff http://bit.ly/3xyz
tinyurl.com/abc
https://dlscord.com/nitro
https://disc0rd.com/gift
http://dіscord.com/nitro
https://xn--dscord-pvf.com/
steamcornmunity.com/trade
https://paypaI.com/login
https://evil.example/x
https://www.evil.example
x.bad.example/login
http://youtube.com@evil.example/
https://gооgle.com/
discord dot gg slash abc
discord,gg/abc
"""
STYLE = """
WHY IS NOBODY ANSWERING ME
ПОЧЕМУ НИКТО НЕ ОТВЕЧАЕТ
STOP THIS RIGHT NOW PLEASE
z̴̡̢̛̺̲͚a̵̢̡̛̛̘l̷̡̢̛͓̄g̸̡̛̱̈́̕o̶̡̢̲͝ comes
t̷̨̢̛̛̗͓h̴̢̢̛͎̕i̵̢̛̗͠s̸̨̛̱̕
😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀
<:ok:123456789012345678><:ok:123456789012345678><:ok:123456789012345678><:ok:123456789012345678><:ok:123456789012345678><:ok:123456789012345678><:ok:123456789012345678><:ok:123456789012345678><:ok:123456789012345678><:ok:123456789012345678><:ok:123456789012345678><:ok:123456789012345678><:ok:123456789012345678><:ok:123456789012345678><:ok:123456789012345678><:ok:123456789012345678>
ΓΙΑΤΙ ΔΕΝ ΑΠΑΝΤΑ ΚΑΝΕΙΣ
WARUM ANTWORTET HIER NIEMAND
RÉPONDEZ-MOI TOUT DE SUITE
AAAAAAAAAAAAAAAAAAAAAAAA
WhY iS nObOdY aNsWeRiNg
"""
ORDINARY = """
Hello everybody, how are you today?
ok
lol that was great
See you at 8, bring two friends
I passed the class with a good assessment
The bass player is assigned to another band
Mass Effect is a classic
Please analyse the passage
Nitro engines are free to inspect
The nitrogen is free of oxygen
He is an idiosyncratic person
Copper, coping and scope
I need to cope with that
U.S.A. and U.K. are countries
I am 455 days old
my id is 1337
4 of us, 5 of you, 7 in all
It costs $5.50 + tax!
Look at https://github.com/rust-lang/rust and tell me
https://cdn.discordapp.com/attachments/1/2/cat.png
https://media.discordapp.net/attachments/1/2/dog.gif
https://discord.com/channels/1/2/3
https://www.youtube.com/watch?v=dQw4w9WgXcQ
The file is called report.final.pdf
Version 1.2.3 is out, e.g. for Linux
Mail me at otter@example.org
https://de.wikipedia.org/wiki/Discord
Node.js and Next.js are nice
Meet at 12.30, or 13.15.
The NASA and the ESA met
LOL OK
API keys belong into ENV
Das Schiff fährt über die Elbe
Die Weißwurst war gut, Grüße aus München
Können wir morgen die Straße sperren?
¿Cómo estás? El año pasado fue genial
Cumplió un año en marzo
Mañana vamos a la montaña con los niños
C'est l'été, à bientôt à la plage
Où êtes-vous allés hier soir ?
Sık sık şık giyinen bir kadın gördüm
Bu çok sıkıcı bir film, değil mi?
Işık açık kalmış, kapatır mısın
Привет, как дела? Сегодня на ужин сор не выносили
Роса на траве, ура, скоро лето!
Вася, хор пел красиво
Hello, как дела у всех?
IT-отдел переехал, VIPы довольны
Привіт! Їжак їсть яблука, а я їду на море
Καλημέρα, τι κάνετε σήμερα;
Ο νους του ταξιδεύει μακριά
السلام عليكم ورحمة الله وبركاته
كَيْفَ حَالُكَ يَا صَدِيقِي
नमस्ते, आज मौसम बहुत अच्छा है
मुझे हिंदी में लिखना पसंद है
おはようございます、今日もがんばりましょう
馬と鹿を見ました
데이터를 확인해 주세요
안녕하세요 여러분
สวัสดีครับ วันนี้อากาศดีมาก
Chào mọi người, hôm nay trời đẹp quá
Vie\u0302\u0323t Nam đẹp lắm
Dzień dobry, jak się macie?
Děkuji, mám se dobře
Tack så mycket, vi ses på måndag
Hyvää huomenta kaikille
Jó reggelt, hogy vagytok?
Bună dimineața, ce mai faceți?
שלום לכולם, מה שלומכם היום
大家好，今天天气很好
很高兴认识你们
👍 great
🎉🎉 happy birthday 🎂
👨‍👩‍👧‍👦 the whole family 🏳️‍🌈
<:boat:123456789012345678> ahoy
```py
print("HELLO WORLD")
```
"""


def samples() -> Iterator[Sample]:
    """All of them."""
    for texts, wanted in (
        (KEYWORDS, Category.KEYWORDS),
        (LINKS, Category.LINKS),
        (STYLE, Category.TEXT_STYLE),
        (ORDINARY, None),
    ):
        yield from (Sample(text, wanted) for text in texts.strip().splitlines())
    yield Sample("line\n" * 25, Category.TEXT_STYLE)
    yield from counted.samples()

"""Writes lines in many languages, and the tokens that llama.cpp makes of them with some vocabularies.

    llama_tokens.py LINES MODEL.gguf …

Prints the lines as one JSON list, then for each model a list with the tokens of each line; `null` for a model that
llama.cpp cannot open. Special tokens are neither added nor looked for. The lines are always the same.
"""

import json
import random
import sys

from llama_cpp import Llama

SENTENCES = """\
The quick brown fox jumps over the lazy dog, doesn't it? I'M SURE WE'LL see; they've said he'd go.
Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich – „wirklich“?
Voix ambiguë d’un cœur qui, au zéphyr, préfère les jattes de kiwis : 3,50 € l’unité…
El veloz murciélago hindú comía feliz cardillo y kiwi. ¿Dónde está? ¡Aquí!
Luís argüia à Júlia que «brações, fé, chá, óxido, pôr, zângão» eram palavras do português.
Quel vituperabile xenofobo zelante assaggia il whisky ed esclama: alleluja!
Pchnąć w tę łódź jeża lub ośm skrzyń fig. Żółć, gęślą jaźń!
Příliš žluťoučký kůň úpěl ďábelské ódy. Nechť již hříšné saxofony rozezvučí síň.
Árvíztűrő tükörfúrógép; jó foxim és don Quijote húszwattos lámpánál ülve.
Yxmördaren Julia Blomqvist på fäktning i Schweiz. Høj bly gom vandt fræk sexquiz på wc.
Kæmi ný öxi hér, ykist þjófum nú bæði víl og ádrepa.
Pijamalı hasta yağız şoföre çabucak güvendi. İstanbul'da ılık bir gün.
Tôi có thể ăn thủy tinh mà không hại gì. Hà Nội, ngày 2 tháng 9 năm 1945.
Съешь же ещё этих мягких французских булок, да выпей чаю №5 за 1 000 ₽.
Жебракують філософи при ґанку церкви в Гадячі, ще й шатро їхнє п'яне знаємо.
Ξεσκεπάζω τὴν ψυχοφθόρα βδελυγμία· Καλημέρα κόσμε! ἄνθρωπος
דג סקרן שט בים מאוכזב ולפתע מצא חברה. שָׁלוֹם עוֹלָם
نص حكيم له سر قاطع وذو شأن عظيم مكتوب على ثوب أخضر ومغلف بجلد أزرق. مَرْحَبًا ١٢٣٤٥
اگر آن ترک شیرازی به دست آرد دل ما را؛ می‌خواهم ۱۲۳ کتاب بخوانم.
ऋषियों को सताने वाले दुष्ट राक्षसों के राजा रावण का सर्वनाश करने वाले। १२३ क्षत्रिय
আমি কাঁচ খেতে পারি, তাতে আমার কোনো ক্ষতি হয় না। ৪৫৬
நான் கண்ணாடி சாப்பிடுவேன், அதனால் எனக்கு ஒரு கேடும் வராது.
నేను గాజు తినగలను మరియు అలా చేసినా నాకు ఏమి ఇబ్బంది లేదు
เป็นมนุษย์สุดประเสริฐเลิศคุณค่า กว่าบรรดาฝูงสัตว์เดรัจฉาน ๑๒๓
ဣတ္ထိယော ကိုးကွယ်သည်။ မင်္ဂလာပါ ၁၂၃
ខ្ញុំអាចញុំកញ្ចក់បាន ដោយគ្មានបញ្ហា។ ០១២
მე ვჭამ მინას და არა მტკივა. ᲡᲐᲥᲐᲠᲗᲕᲔᲚᲝ
Կրնամ ապակի ուտել և ինծի անհանգիստ չըներ։
ሰላም ለዓለም። አንድ ሁለት ሦስት፣ ፩፪፫
今天天气很好，我们一起去公园散步吧。价格是100元（含税）！繁體字與简体字。
いろはにほへと ちりぬるを。カタカナとｶﾀｶﾅ、漢字「東京」は１２３円です〜
키스의 고유조건은 입술끼리 만나야 하고 특별한 기술은 필요치 않다. ㅋㅋㅋ
ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ ᎠᏂᏴᏫᏯ ꭰꭱꭲ
𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝟙𝟚𝟛 ℌ𝒶𝓁𝓁ℴ 𐐔𐐯𐑅𐐨𐑉𐐯𐐻 𐌰𐌱𐌲 ① ② ⅷ Ⅻ ½ ² ₃
👨‍👩‍👧‍👦 🇩🇪🇯🇵 👍🏽 🤷‍♀️ ❤️ ☃ ✈︎ 🧑🏿‍🚀 #️⃣
a\u0301e\u0308 n\u0303 \u0915\u094d\u0937 \u1100\u1161\u11a8 \u200bzero\u200cwidth\u200d \ufeffmark \u00adsoft
for (int i = 0; i < n; ++i) { sum += a[i] * 0x1F; } // O(n) -> 3.14e-10
def __init__(self, *args, **kwargs): return {k: v for k, v in kwargs.items() if k != "x"}
SELECT COUNT(*) FROM `users` WHERE name LIKE '%o''brien%' AND id >= 1000000;
<div class="a-b_c" id='x'>&nbsp;&amp;</div> <!-- note --> $$\\int_0^\\infty e^{-x^2} dx = \\frac{\\sqrt{\\pi}}{2}$$
https://example.org/path/to?query=1&b=%20#frag user.name+tag@example.co.uk 192.168.0.1 2024-02-29T23:59:59Z
camelCaseHTTPServer snake_case_name SCREAMING_CASE kebab-case-name v1.2.3-rc.4+build.5678 1234567890123
""".splitlines()

SPACES = [" ", " ", " ", "  ", "   ", "\t", "\t\t", "\n", "\n\n", " \n", "\r\n", "\u00a0", "\u3000", "\u2003", ""]
# Blocks that have been as they are for long, so that tables of different versions of Unicode agree.
BLOCKS = [(0x20, 0x7E), (0xA1, 0x24F), (0x370, 0x373), (0x391, 0x3A1), (0x400, 0x4FF), (0x905, 0x939), (0xE01, 0xE3A),
          (0x2010, 0x2027), (0x2030, 0x205E), (0x20A0, 0x20B5), (0x2150, 0x215F), (0x2190, 0x23E7), (0x2500, 0x266F),
          (0x3041, 0x3096), (0x30A1, 0x30FA), (0x4E00, 0x9FA5), (0xAC00, 0xD7A3), (0xFF01, 0xFF5E), (0x1F300, 0x1F5FF)]


def line(index, chance):
    if index < len(SENTENCES):
        return SENTENCES[index]
    pieces = []
    for _ in range(chance.randint(1, 4)):
        kind = chance.random()
        if kind < 0.55:
            words = chance.choice(SENTENCES).split(" ")
            start = chance.randrange(len(words))
            pieces.append(" ".join(words[start : start + chance.randint(1, 7)]))
        elif kind < 0.75:
            text = chance.choice(SENTENCES)
            start = chance.randrange(len(text))
            pieces.append(text[start : start + chance.randint(1, 25)])
        elif kind < 0.85:
            pieces.append(str(chance.randrange(10 ** chance.randint(1, 14))))
        else:
            first, last = chance.choice(BLOCKS)
            pieces.append("".join(chr(chance.randint(first, last)) for _ in range(chance.randint(1, 8))))
        pieces.append(chance.choice(SPACES) * chance.choice((1, 1, 1, 2, 5)))
    return "".join(pieces)


def tokens(path, lines):
    try:
        model = Llama(path, vocab_only=True, verbose=False)
    except Exception:
        return None
    return [model.tokenize(text.encode(), add_bos=False, special=False) if text else [] for text in lines]


def main():
    chance = random.Random(5000)
    lines = [line(index, chance) for index in range(int(sys.argv[1]))]
    print(json.dumps(lines))
    for path in sys.argv[2:]:
        print(json.dumps(tokens(path, lines)))


main()

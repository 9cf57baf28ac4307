"""Everyday messages in several languages: what a rule must not put anybody out for."""

from collections.abc import Iterator

SHARE, FEWEST = 0.03, 2
"""Of the messages of one language: from so many on, and so large a share, everybody is met."""

EVERYDAY = {
    "en": """
hello everybody, how are you all doing today?
hello, is anyone here?
hello and welcome!
hi there, nice to meet you
hey, what's up?
good morning, did you sleep well?
good night, see you all tomorrow
thanks a lot, that was really helpful
thank you so much
you're welcome
yes, of course
yes please
no, I don't think so
no idea, sorry
ok, sounds good to me
ok cool
lol that was great
lol same
haha good one
what time is it over there?
who wants to play a round tonight?
I'm in, give me five minutes
does anybody know how this works?
I have a question about the new map
can you help me with that?
sorry, I was away for a moment
I'll be back in an hour
let me know when you are ready
we are waiting for you in voice
where can I find the rules?
that's what I thought too
it works now, I had to restart the game
my internet is really slow today
I just got home from work
what do you think about the new update?
I like the old one better
the weather is so nice here
has anyone seen the last episode?
don't tell me how it ends
how do I change my name here?
please look at the message above
I can't hear you, your mic is off
it was a good game, well played
see you at eight, bring two friends
I made this for my sister, do you like it?
we could try it again on friday
nobody told me about that
are you still there?
I will send you a message later
happy birthday, have a great day
which one should I take?
it depends on what you want to do
because it's more fun that way
OMG YES
WOW NICE
so good 👍👍👍👍
😂😂😂😂 I can't
❤️❤️❤️❤️ this
""",
    "de": """
Hallo zusammen, wie geht es euch heute?
Hallo, ist jemand da?
Guten Morgen, habt ihr gut geschlafen?
Gute Nacht, bis morgen
Danke, das war sehr nett von dir
ja, das finde ich auch
nein, ich glaube nicht
ok, dann machen wir das so
Wer spielt heute Abend mit?
Ich bin gleich wieder da
Kannst du mir bitte kurz helfen?
Das habe ich nicht gewusst
Wo finde ich die Regeln?
Wir warten im Kanal auf dich
Mein Internet ist heute langsam
Was haltet ihr von der neuen Version?
Es hat bei mir erst nach dem Neustart geklappt
Ich komme gerade von der Arbeit und bin müde
Das war ein gutes Spiel
Habt ihr den Film schon gesehen?
""",
    "fr": """
Bonjour à tous, comment ça va aujourd'hui ?
Bonjour, il y a quelqu'un ?
Salut, quoi de neuf ?
Bonne nuit, à demain
Merci beaucoup, c'est très gentil
Merci !
oui, bien sûr
non, je ne crois pas
d'accord, on fait comme ça
Qui veut jouer ce soir ?
Je reviens dans cinq minutes
Est-ce que tu peux m'aider ?
Je ne savais pas
Où sont les règles du serveur ?
On vous attend dans le salon
Ma connexion est lente aujourd'hui
Tu penses quoi de la nouvelle version ?
Je viens de rentrer du travail
C'était une belle partie
Vous avez vu le dernier épisode ?
""",
    "es": """
Hola a todos, ¿cómo están hoy?
Hola, ¿hay alguien?
Buenos días, ¿qué tal?
Buenas noches, hasta mañana
Muchas gracias, muy amable
gracias por la ayuda
sí, claro
no, no lo creo
vale, lo hacemos así
¿Quién juega esta noche?
Vuelvo en cinco minutos
¿Me puedes ayudar con esto?
No lo sabía
¿Dónde están las reglas?
Te esperamos en el canal de voz
Mi internet está lento hoy
¿Qué te parece la nueva versión?
Acabo de llegar del trabajo
Fue una buena partida
¿Ya vieron el último capítulo?
""",
    "pt": """
Olá a todos, como vocês estão hoje?
Oi, tem alguém aí?
Oi gente, tudo bem?
Boa noite, até amanhã
Muito obrigado pela ajuda
obrigado!
sim, claro
não, acho que não
tá bom, vamos fazer assim
Quem quer jogar hoje à noite?
Volto em cinco minutos
Você pode me ajudar com isso?
Eu não sabia
Onde ficam as regras?
Estamos te esperando no canal
Minha internet está lenta hoje
O que você acha da nova versão?
Acabei de chegar do trabalho
Foi uma boa partida
Já viram o último episódio?
""",
    "ru": """
Привет всем, как у вас дела?
Привет, тут кто-нибудь есть?
Доброе утро, как спалось?
Спокойной ночи, до завтра
Спасибо большое, очень помогло
спасибо
да, конечно
да, я тоже так думаю
нет, не думаю
хорошо, так и сделаем
Кто будет играть сегодня вечером?
Я скоро вернусь
Ты можешь мне помочь с этим?
Я этого не знал
Где можно найти правила?
Мы ждём тебя в голосовом канале
У меня сегодня медленный интернет
Что ты думаешь о новой версии?
Я только что пришёл с работы
Это была хорошая игра
""",
    "pl": """
Cześć wszystkim, jak się macie?
Cześć, jest tu ktoś?
Dzień dobry, co u was słychać?
Dobranoc, do jutra
Dzięki, bardzo mi to pomogło
dzięki!
tak, jasne
nie, nie sądzę
dobra, tak zrobimy
Kto gra dziś wieczorem?
Zaraz wracam
Możesz mi z tym pomóc?
Nie wiedziałem o tym
Gdzie są zasady?
Czekamy na ciebie na kanale
""",
    "tr": """
Herkese merhaba, bugün nasılsınız?
Merhaba, kimse var mı?
Günaydın, iyi uyudun mu?
İyi geceler, yarın görüşürüz
Çok teşekkürler, çok yardımcı oldu
evet, tabii
hayır, sanmıyorum
tamam, öyle yapalım
Bu akşam kim oynuyor?
Birazdan dönerim
Bana yardım eder misin?
Bunu bilmiyordum
Kurallar nerede?
Seni ses kanalında bekliyoruz
Bugün internetim çok yavaş
""",
    "ar": """
مرحبا بالجميع، كيف حالكم اليوم؟
مرحبا، هل يوجد أحد هنا؟
صباح الخير يا أصدقاء
تصبحون على خير، إلى الغد
شكرا جزيلا على المساعدة
شكرا لك
نعم، بالطبع
نعم، أنا موافق
لا، لا أظن ذلك
من يريد اللعب هذا المساء؟
سأعود بعد خمس دقائق
هل يمكنك مساعدتي في هذا؟
لم أكن أعرف ذلك
أين أجد القوانين؟
نحن في انتظارك في القناة
""",
    "hi": """
नमस्ते सबको, आज कैसे हैं?
नमस्ते, कोई है यहाँ?
सुप्रभात दोस्तों
शुभ रात्रि, कल मिलते हैं
बहुत धन्यवाद, इससे मदद मिली
हाँ, ज़रूर
हाँ, मुझे भी लगता है
नहीं, मुझे नहीं लगता
ठीक है, ऐसा ही करते हैं
आज रात कौन खेलेगा?
मैं पाँच मिनट में आता हूँ
क्या आप मेरी मदद कर सकते हैं?
मुझे यह पता नहीं था
नियम कहाँ हैं?
""",
    "ja": """
みなさん、こんにちは。今日は元気ですか
こんにちは、誰かいますか
おはようございます
おやすみなさい、また明日
ありがとうございます、助かりました
ありがとう
はい、そうです
いいえ、違うと思います
わかりました、そうしましょう
今夜は誰が遊びますか
すぐに戻ります
手伝ってもらえますか
それは知りませんでした
ルールはどこですか
""",
    "zh": """
大家好，今天过得怎么样？
你好，有人在吗？
早上好，睡得好吗？
晚安，明天见
谢谢你，帮了大忙
谢谢
是的，当然可以
不，我不这么认为
好的，就这样吧
今晚谁来玩？
我五分钟后回来
你能帮我一下吗？
我不知道这件事
规则在哪里？
""",
    "ko": """
여러분 안녕하세요, 오늘 어떠세요?
안녕하세요, 누구 있나요?
좋은 아침이에요
안녕히 주무세요, 내일 봐요
정말 감사합니다, 도움이 됐어요
감사합니다
네, 물론이죠
아니요, 그렇지 않은 것 같아요
오늘 밤에 누가 게임해요?
금방 올게요
이것 좀 도와주실 수 있나요?
그건 몰랐어요
규칙은 어디에 있나요?
""",
}


def languages() -> Iterator[tuple[str, ...]]:
    """The messages of each language."""
    for text in EVERYDAY.values():
        yield tuple(text.strip().splitlines())

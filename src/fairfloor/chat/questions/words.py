"""The words that questions are told by, in several languages: closed classes and set phrases, never words of a topic.

In lower case and without apostrophes, as they are compared.
"""

from itertools import product

_ACCENTED = dict(
    pair.split()[::-1]
    for pair in """
    qué que, cómo como, cuándo cuando, dónde donde, adónde adonde, quién quien, quiénes quienes, cuál cual
    cuáles cuales, cuánto cuanto, cuánta cuanta, cuántos cuantos, cuántas cuantas, está esta, están estan
    podría podria, habrá habra
    podrían podrian, pasó paso, sabías sabias, gustaría gustaria, aún aun, días dias, sí si
    où ou, coûte coute, connaît connait, weiß weiss, können konnen, wofür wofur, möchtest mochtest
    alguém alguem, será sera, faço faco, começa comeca, não nao, você voce, já ja, cadê cade, então entao
    è e, può puo, perché perche
    """.replace("\n", ",").split(",")
    if pair.strip()
)
"""Words as they are written with their accents, by how they are written without."""


def _words(*spelt: str) -> frozenset[str]:
    """Read words, with their accents and without, as people write them both ways."""
    plain = [word for words in spelt for word in words.split()]
    return frozenset(plain).union(_ACCENTED.get(word, word) for word in plain)


def _phrases(spelt: str) -> frozenset[tuple[str, ...]]:
    """Read phrases, with a comma or a line between, with their accents and without."""
    phrases = (phrase.split() for phrase in spelt.replace("\n", ",").split(",") if phrase.strip())
    both = ([{word, _ACCENTED.get(word, word)} for word in phrase] for phrase in phrases)
    return frozenset(spelling for words in both for spelling in product(*words))


YOU = _words("you u ya yall ye")
PEOPLE = _words("anyone anybody any1 someone somebody everyone everybody")
PRONOUNS = YOU | PEOPLE | _words("i we he she they it there any")
SUBJECTS = PRONOUNS | _words("your ur the this that those these my our")
BE = _words("is are r was am isnt arent wasnt werent aint")
DO = _words("do does did dont doesnt didnt have has havent hasnt had")
MAY = _words("can could will would shall should cant couldnt wont wouldnt shouldnt")
AUXILIARIES = BE | DO | MAY
COMMANDING = _words("do dont have should had")
"""Auxiliaries that begin a command or a condition as often as a question; a question where one of `ASKED` follows."""
ASKED = YOU | _words("i we they any anyone anybody any1")

INTERROGATIVES = _words("who whom whose what when where why how wat wut wot")
"""Of English: in a question an auxiliary follows them, in a clause that depends on another none does."""
CONTRACTED = _words("whats wheres hows whos whens whys")

INTERROGATIVE_OPENINGS = (
    INTERROGATIVES
    | CONTRACTED
    | AUXILIARIES
    | PEOPLE
    | _words(
        "wtf wth any thoughts y may",
        "que como cuando donde adonde quien quienes cual cuales cuanto cuanta cuantos cuantas porque porq xq alguien",
        "hay existe existen habra podria podrian pueden puede",
        "qui quoi quand ou pourquoi comment quel quelle quels quelles combien est-ce quest-ce est lequel laquelle",
        "peut-on y-a-t-il avez-vous savez-vous",
        "wer was wann wo wohin woher warum wieso weshalb wie welche welcher welches welchen welchem wem wen wessen",
        "wozu womit wofur ist sind hat haben habt kann konnen gibt weiss",
        "quem quando onde qual quais quanto quantos quantas alguem sera cade tem pode",
        "chi cosa quando dove perche come quale quali quanti quante qualcuno sapete",
        "wie wat wanneer waar waarom hoe welke iemand",
    )
)
"""What a sentence that asks begins with, where a mark says so."""
PREPOSITIONS = _words("por para a en de desde hasta con sobre o in to at for from since of on mit auf von pour par di")
"""May stand before an interrogative."""

LEADS = _words(
    """
    and so but ok okay lol lmao hey hi hiya hello yo well hmm hmmm oh ohh omg btw also then yes no yeah yea now please
    ah haha hehe um uh er y e pero oye hola buenas buenos dias tardes noches und aber also et alors mais bonjour
    mas entao ola ma allora ciao question pregunta frage quick honest serious
    """
)
"""What may stand before the beginning of a question."""

OPENINGS = _phrases(
    """
    how about, how bout, how come, how many, how much, how long, how old, how often, how far, how ya, how u, how you
    what about, what bout, what if, what kind, what type, what sort, what time, what part, what happened, what u
    what you
    what else, which one, which of, what the, who wants, who wanna, who else, who knows, who the, who here, where u
    where else, why u, why not, why so, why the, why would, any ideas, any idea, any thoughts
    any suggestions, any recommendations, any tips, any advice, any news, any chance, any luck, any update
    any updates
    any word, any of, any one, any body, wtf is, wth is, wtf are, who got, who has, who can
    a que, en que, por que, de donde, que onda, que pasa, que paso, que hacen, que haces, donde esta, donde estan
    donde puedo, donde podemos, donde se, donde hay, como puedo, como podemos, como le, quien sabe, quien puede
    cuando empieza
    quest-ce que, est-ce que, pourquoi est, pourquoi ne, pourquoi les, pourquoi la, pourquoi le, pourquoi on
    pourquoi tu
    pourquoi vous, comment faire, comment on, comment je, comment peut-on, ou est, ou sont, ou peut-on, ou trouver
    quand est
    qui sait, qui est, combien de, combien coute, savez-vous si, avez-vous des
    warum ist, warum sind, warum hat, warum wird, warum gibt, warum kann, warum macht, wieso ist, wieso hat
    wieso gibt
    wann ist, wann kommt, wann wird, wann gibt, wo ist, wo sind, wo gibt, wo kann, wo finde, wie kann, wie komme
    wie geht
    wie viel, wie viele, wie lange, gibt es, weiss jemand, weiss wer, kennt jemand, kann jemand, hat jemand
    ist jemand
    onde posso, onde fica, onde esta, como faco, como posso, sera que, quando vai, quando comeca, por que nao
    dove posso, dove si, dove trovo, come si, come faccio, come posso, perche non, sapete se, sapete dove, sapete come
    """
)
"""Pairs of words that begin a question, without a mark as well."""

ANYWHERE = _phrases(
    """
    wonder if, wonder who, wonder what, wonder when, wonder where, wonder why, wonder how, wonder whether
    wondering if, wondering who, wondering what, wondering when, wondering where, wondering why, wondering how
    wondering whether, curious if, curious whether, curious how, curious what, curious why, curious who
    not sure whom, not sure who, not sure where, know if anyone, know if there
    like to know, love to know, want to know, waiting to hear, like to hear, curious to know, need to know
    tell me who, tell me what, tell me when, tell me where, tell me why, tell me how, tell me if
    tell us who, tell us what, tell us when, tell us where, tell us why, tell us how, tell us if
    explain to me, explain to us, someone explain, someone tell, someone please, someone help, please tell
    please explain
    anyone know, anyone knows, anyone have, anyone tell, anyone explain, anyone got
    anyone seen
    anybody know, anybody knows, anybody have, anybody tell, anybody explain
    help me understand
    my question is, a question for, question for you, genuinely asking, honestly asking, serious question
    honest question
    quick question, genuine question, just wondering, has told me, has told us, nobody has told, asking for a
    alguien sabe, alguien puede, alguien podria, alguien tiene, alguien conoce, alguien mas, alguien me, alguien nos
    me pueden, me puede, me podrian, nos pueden, nos podrian, podrian decir, quisiera saber, quiero saber, mi pregunta
    me pregunto, una pregunta, una duda, saben si, saben cuando, saben donde, saben como, sabe si, sabe cuando
    quelquun sait, quelquun connait, quelquun peut, quelquun pourrait, me demande si, me demande pourquoi
    weiss jemand, kann jemand, frage mich, gern wissen, gerne wissen, hat jemand
    alguem sabe, alguem pode, alguem conhece, alguem tem, gostaria de saber, queria saber
    qualcuno sa, qualcuno puo, qualcuno conosce, mi chiedo, vorrei sapere
    """
)
"""Asking that does not need a question's order of words."""

MUSING = _words("wonder wondering curious want love like need waiting")
MYSELF = _words("i im ive id we wed am was been just still really always also would genuinely honestly")
"""Stand before `MUSING` where somebody speaks of themselves; others may wonder as they like."""
NEGATIONS = _words("cant cannot dont didnt wont not never doesnt shouldnt couldnt wouldnt if")
"""Turn what follows from asking into telling: "you can't tell me what"."""

RHETORICAL = _phrases("who knew, who cares, how dare, isnt it funny, isnt it amazing, what could possibly, quien diria")
"""How a question begins that nobody is to answer."""

TAGS = _phrases(
    """
    right, really, seriously, what, wait what, no, ok, okay, eh, huh, yes, yeah, hm, hmm, see, wow, oh, oh really
    true, not
    amirite, amiright, am i right, you know what, guess what, get it, who knew, who cares, why not, so what
    say what, excuse me
    remember, you see, know what, the best part, the result, the catch, the problem, what else is new
    how cool is that
    what could go wrong, what can i say, what do you know, who does that, who doesnt, who wouldnt, isnt it
    are you kidding
    are you kidding me, are you serious, you kidding, why, how
    verdad, no, cierto, en serio, neta, como, que, no crees, a poco, y que, para que
    non, nest-ce pas, vraiment, hein, ah bon, echt, oder, ne, wirklich, ernsthaft, ja, ne, serio, verdade, vero
    davvero
    """
)
"""A whole sentence that has a question's mark and asks nothing where more is said."""

OFFERS = _phrases(
    """
    want, wanna, looking, ready, curious, interested, need, ever, tired, bored, did you know, do you want, do you need
    are you looking, are you ready, are you interested, would you like, looking for, have you ever, do you know
    think you, remember
    missed, thinking of, thinking about, know someone, in the, love, have you heard, guess who, guess what
    what better
    quieres, queres, quiere, deseas, necesitas, buscas, sabias, sabes, sabe, conoces, ya conoces, te gusta, te gustan
    te gustaria, te perdiste, te cuesta, te imaginas, te animas, te has, no sabes, listos, lista, listo, aburrido
    aburrida
    buscando, tienes, tienes duda, aun no, has visto, ya viste, como hacer, como usar, como aprender, que tal
    por que aprender
    saviez-vous, le saviez-vous, savais-tu, vous voulez, tu veux, envie, besoin, connaissez-vous
    wusstest du, wussten sie, willst du, mochtest du, wollen sie, lust, schon gewusst, neugierig, sucht ihr
    voce sabia, quer, precisa, procurando, sabia que, ja conhece, gosta, sapevi, vuoi, cerchi, ti piace, pronti
    """
)
"""How an offer begins that speaks of itself after its mark ("Want to know more? Here is ...")."""

ANSWERS = _words(
    """
    because cause coz cuz yes yep yup yeah no nope nah none never nothing nobody simple simply easy well hardly exactly
    porque pues si nada nadie nunca parce oui non rien weil ja nein nichts sim nao perche
    """
)
"""What somebody who answers the question themselves goes on with."""

REPORTS = _words(
    "asks asked asking wonders wondered says said quotes quoted pregunta preguntan dijo demande fragt fragte pergunta"
)
"""Words of somebody who tells what others ask."""

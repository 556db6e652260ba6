"""Words that carry no content in a question, and those that say what is asked for; in normal form, by language."""

_CLOSED = {
    "English": """
        a an the i me my mine we us our ours you your yours u he him his she her it its they them their this that
        these those there here is are was were be been being am s m re ve d ll t do does did doing done have has had
        having can could will would shall should may might must dont cant isnt wont didnt doesnt im youre whats hows
        of in on at to for from by with about into over as and or but if not no so than then what which how any some
        anyone anybody someone somebody everyone everybody please just also too very really know knows wondering
        wonder tell ask asking question hi hello hey thanks thank
    """,
    "Spanish": """
        el la los las lo un una unos unas yo tu usted ustedes nosotros mi mis su sus se me te le les nos que de del
        al a en por para con sin y o u es son era fue ser esta estan estar hay ha han he si no como cual cuales mas
        muy ya pero hola alguien saben sabe puede pueden pueda favor
    """,
    "French": """
        le les une des du je tu il elle nous vous ils elles on ce cette ces est sont etait etre a ont avez et ou
        mais dans sur pour par avec sans que quoi quel quelle quels quelles comment ne pas plus quelqu sait
    """,
    "German": """
        der die das den dem des ein eine einen einem einer ich du er sie es wir ihr ist sind war waren sein hat
        haben habt wird werden kann konnen und oder aber in im an am auf zu zum zur von vom mit fur nicht was welche
        welcher welches wie man jemand weiss bitte
    """,
    "Portuguese": """
        os as um uma eu voce voces ele ela eles elas no na nos nas do da dos das ao em e ou mas nao que qual quais
        sao foi tem alguem sabe pode
    """,
    "Italian": """
        il lo gli uno io lui lei noi voi loro di da con su per tra fra e sono era ho hai abbiamo hanno non che cosa
        come qualcuno
    """,
}
_ASKED_FOR = {
    "who": "who whose whom quien quienes qui wer wem wen quem chi",
    "when": "when cuando quand wann quando",
    "where": "where donde adonde ou wo onde dove",
    "why": "why pourquoi warum wieso perche",
    "many": "many much cuanto cuanta cuantos cuantas combien wieviel quanto quanta quantos quantas quanti quante",
}

ASKED_FOR = {word: kind for kind, spelt in _ASKED_FOR.items() for word in spelt.split()}
"""What is asked for, where mixing it up makes another question; what, which and how ask for too much to tell."""
CLOSED = frozenset(ASKED_FOR).union(*(spelt.split() for spelt in _CLOSED.values()))
"""Words that carry no content: articles, pronouns, auxiliaries, prepositions, and what questions begin with."""

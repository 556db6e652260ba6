"""Deliberate faults, each with the promise that must notice it: a test that cannot fail promises nothing."""

from typing import NamedTuple

PROMISES, CROWD = "test_promises.py", "test_promises_crowd.py"


class Mutant(NamedTuple):
    """A fault: in this file of the package the old text, found once, becomes the new one, and this test fails."""

    name: str
    file: str
    old: str
    new: str
    test: str
    """Its file and its name, beside this one."""


MUTANTS = (
    Mutant(
        "a long tag makes the floor faster",
        "session/decide.py",
        "Floor(rules.pace, rules.ttl,",
        "Floor(rules.pace + len(rules.tag), rules.ttl,",
        f"{PROMISES}::test_nothing_depends_on_the_tag_or_the_hour",
    ),
    Mutant(
        "who copies twice is not told what became of it",
        "session/decide.py",
        "        if said.copy:\n            reason = Copy(",
        "        if said.copy and said.anew:\n            reason = Copy(",
        f"{PROMISES}::test_every_act_has_exactly_one_decision_at_any_time",
    ),
    Mutant(
        "what had the floor goes there again",
        "session/decide.py",
        "if not message.shown and said.anew and not message.held:",
        "if said.anew and not message.held:",
        f"{PROMISES}::test_every_act_has_exactly_one_decision_at_any_time",
    ),
    Mutant(
        "congestion begins as soon as anybody waits",
        "floor/shadow.py",
        "if wait > self._fits:",
        "if wait > self._calm:",
        f"{PROMISES}::test_what_fits_the_pace_is_all_on_the_floor",
    ),
    Mutant(
        "dates are not kept",
        "floor/floor.py",
        "if level is not Level.CONGESTED and self._waits[oldest].date <= at:",
        "if False:",
        f"{PROMISES}::test_what_fits_the_pace_is_all_on_the_floor",
    ),
    Mutant(
        "what can be read is taken for a quarter",
        "floor/floor.py",
        "Shadow(self.interval, ttl)",
        "Shadow(4 * self.interval, ttl)",
        f"{PROMISES}::test_a_simulated_evening_of_peace_is_all_on_the_floor",
    ),
    Mutant(
        "words are chosen by their fingerprints",
        "session/hear.py",
        "shingles=shingles(post.text)",
        "shingles=tuple(sorted(shingles(post.text))[:4])",
        f"{PROMISES}::test_the_camps_words_exchanged_change_no_decision",
    ),
    Mutant(
        "words are sampled by their fingerprints",
        "session/hear.py",
        "shingles=shingles(post.text)",
        "shingles=tuple(shingle for shingle in shingles(post.text) if shingle % 2)",
        f"{PROMISES}::test_all_words_exchanged_change_no_decision_of_a_hijack",
    ),
    Mutant(
        "who is repeated shares the blame",
        "voices/echo.py",
        "        record.repetitions = (",
        "        self._records[repetition.before].say *= 0.5\n        record.repetitions = (",
        f"{PROMISES}::test_an_act_of_one_changes_the_say_of_no_other",
    ),
    Mutant(
        "who is framed shares the blame",
        "voices/echo.py",
        "        record.repetitions = (",
        "        self._records[repetition.before].say *= 0.5\n        record.repetitions = (",
        f"{PROMISES}::test_framing_the_innocent_leaves_their_say_at_one",
    ),
    Mutant(
        "ones own post is somebody else's to pass on",
        "voices/steps.py",
        "if account == item.author or not mine.once(item.key):",
        "if not mine.once(item.key):",
        f"{PROMISES}::test_who_is_repeated_at_once_and_always_repeats_no_more",
    ),
    Mutant(
        "other ways than the room's are a crowd's",
        "voices/stepper.py",
        "return company + min(self.crowd.evidence, company)",
        "return company + self.crowd.evidence",
        f"{PROMISES}::test_newcomers_with_a_taste_of_their_own_keep_their_say[0]",
    ),
    Mutant(
        "where there is nothing to go by, little is left to chance",
        "voices/evidence.py",
        "self.rate = UNKNOWN",
        "self.rate = RAREST",
        f"{PROMISES}::test_what_a_crowd_does_among_itself_lowers_nobodys_say[True]",
    ),
    Mutant(
        "everybody has a little to give",
        "voices/standing.py",
        "not (mine := self.of(account))",
        "not (mine := max(0.1, self.of(account)))",
        f"{CROWD}::test_only_conversation_with_standing_gives_standing",
    ),
    Mutant(
        "what is passed on is not taken note of",
        "voices/standing.py",
        "        giver.passed += grant\n",
        "",
        f"{CROWD}::test_a_crowd_comes_to_no_more_than_four_times_what_it_is_given",
    ),
    Mutant(
        "a ring pumps itself up",
        "voices/standing.py",
        "not (mine := self.of(account))",
        "not (mine := max(0.1, self.of(account)))",
        f"{CROWD}::test_a_crowd_that_nobody_answers_has_no_standing",
    ),
    Mutant(
        "turns fall when somebody looks",
        "floor/floor.py",
        "shown = self._turn(at)",
        "shown = self._turn(until)",
        f"{PROMISES}::test_the_same_acts_give_the_same_decisions_whenever_one_looks",
    ),
    Mutant(
        "any account of a set will do",
        "session/decide.py",
        "of=message.lead, likeness",
        "of=min(message.accounts, key=hash), likeness",
        f"{PROMISES}::test_every_process_decides_alike",
    ),
    Mutant(
        "a wait is told as the time to live",
        "floor/floor.py",
        "Turn(waited=_seconds(at - wait.since)",
        "Turn(waited=_seconds(self.ttl)",
        f"{PROMISES}::test_the_numbers_of_a_reason_are_true",
    ),
    Mutant(
        "an echo keeps its say",
        "voices/evidence.py",
        "return 1.0 if evidence <= needed else max(1e-6, exp(needed - evidence))",
        "return 1.0",
        f"{CROWD}::test_a_crowd_in_step_has_at_most_one_voices_share",
    ),
    Mutant(
        "an echo waits as a newcomer like any other",
        "session/decide.py",
        "Speaker(account, record.say, newcomer, record.doubt, settled)",
        "Speaker(account, 1.0, newcomer)",
        f"{CROWD}::test_a_crowd_in_step_does_not_take_the_newcomers_share",
    ),
    Mutant(
        "copies are not heard as such",
        "session/decide.py",
        "        said = self.messages.say(post, afresh",
        "        post = msgspec.structs.replace(post, shingles=())\n        said = self.messages.say(post, afresh",
        f"{CROWD}::test_ten_times_the_accounts_have_no_larger_part_of_the_floor[copy]",
    ),
    Mutant(
        "edited copies are not heard as such",
        "session/decide.py",
        "        said = self.messages.say(post, afresh",
        "        post = msgspec.structs.replace(post, shingles=())\n        said = self.messages.say(post, afresh",
        f"{CROWD}::test_ten_times_the_accounts_have_no_larger_part_of_the_floor[edited]",
    ),
    Mutant(
        "everybody is of the room",
        "floor/floor.py",
        "return self._new if speaker.newcomer",
        "return self._room if speaker.newcomer",
        f"{CROWD}::test_ten_times_the_accounts_have_no_larger_part_of_the_floor[ring]",
    ),
    Mutant(
        "newcomers earn nothing by what the room says",
        "floor/floor.py",
        "self._earned = min(SAVED, self._earned + share / (1.0 - share))",
        "self._earned = min(SAVED, self._earned + 0.0 * share)",
        f"{CROWD}::test_newcomers_have_their_share_of_a_full_floor",
    ),
)

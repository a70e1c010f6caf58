"""The headline: what a posture does to the nerve's room, in at most four sentences, by rule from the findings.

Takes `Findings` with or without shares; gives text in a language, for patients or clinical (`text.<code>.toml`,
table `headline`). It speaks of room, says what the user set, and says so plainly when little changes.
"""

from __future__ import annotations

from collections.abc import Iterator

from visualizer.anatomy.load import assets_root
from visualizer.anatomy.model import SIDES
from visualizer.body.posture import Posture
from visualizer.lesson.numbers import UNITS, number
from visualizer.lesson.text import Words, words
from visualizer.space.finding import Finding, Findings, order
from visualizer.space.ladder import Level
from visualizer.space.sites import sites

# Movements are told from this much on, degrees; changes of disc height in mm, of tone as a share.
TOLD_DEG, TOLD_MM, TOLD_TONE = 0.5, 0.25, 0.05
MOST_MOVES = 3
# A premise with this share of a change caused most of it.
MOST = 0.5
LIMBS = ("hip_flexion", "hip_rotation", "hip_adduction", "knee_flexion")


def headline(found: Findings, language: str, wording: str) -> str:
    """At most four sentences on a posture and the room it leaves; wording is "patient" or "clinical"."""
    write = Writer(words(language), wording)
    telling = most_telling(found)
    posture = write.posture(found.snapshot.posture, found.resting.posture)
    if not posture and telling is None:
        return write.say("balanced")
    sentences = [posture, write.room(found, telling)]
    if telling is not None:
        sentences.append(write.cause(telling))
    sentences.append(write.untold(found))
    return " ".join(sentence for sentence in sentences if sentence)


def most_telling(found: Findings) -> Finding | None:
    """The tightest place that can be told where room has changed by more than its own error; None where there is none.

    A place that is tight in balance too is told only where nothing else is.
    """
    told = [
        item
        for side in SIDES
        for item in found.tightest(side)
        if item.level is not Level.CANNOT_TELL
        and item.room_lost > 0.0
        and abs(item.change or 0.0) >= (item.error or 0.0)
    ]
    return min(told, key=order, default=None)


class Writer:
    """Sentences in one language and wording."""

    def __init__(self, text: Words, wording: str) -> None:
        self.text, self.wording = text, wording
        self.sites = sites(assets_root())

    def say(self, key: str, **values: object) -> str:
        """One entry of the wording's table."""
        return self.text(f"headline.{self.wording}.{key}", **values)

    def number(self, value: float) -> str:
        """To a tenth, without a needless zero, as the language writes it."""
        text = f"{abs(round(value, 1)):.1f}".removesuffix(".0")
        return text.replace(".", self.text("headline.point"))

    def room_in(self, telling: Finding, value: float | None) -> str:
        """A value of the telling measure, written as chips and list write it."""
        return number(max(value or 0.0, 0.0), UNITS[telling.unit][1], self.text.language)

    def posture(self, posture: Posture, balanced: Posture) -> str:
        """What moved, and what was set by hand; nothing in balance."""
        moves = [*self._tilt(posture), *self._limbs(posture, balanced), *self._set(posture, balanced)]
        moves = moves[:MOST_MOVES]
        if not moves:
            return ""
        *first, last = moves
        sentence = self.text("headline.and", first=", ".join(first), last=last) if first else last
        return sentence[0].upper() + sentence[1:] + "."

    def _tilt(self, posture: Posture) -> Iterator[str]:
        curve = posture.tilt_deg * posture.lumbar_share
        for value, more, less in ((posture.tilt_deg, "forward", "back"), (curve, "hollow", "flat")):
            if abs(value) >= TOLD_DEG:
                yield self.say(more if value > 0.0 else less, degrees=self.number(value))

    def _limbs(self, posture: Posture, balanced: Posture) -> Iterator[str]:
        for limb in LIMBS:
            change = [
                getattr(posture, f"{limb}_{side}_deg") - getattr(balanced, f"{limb}_{side}_deg")
                for side in SIDES
            ]
            alike = change[0] == change[1]
            for side, value in [("both", change[0])] if alike else zip(SIDES, change, strict=True):
                if abs(value) >= TOLD_DEG:
                    way = "more" if value > 0.0 else "less"
                    yield self.say(f"{limb}_{way}_{side}", degrees=self.number(value))

    def _set(self, posture: Posture, balanced: Posture) -> Iterator[str]:
        for level in ("l4_l5", "l5_s1"):
            lower = -getattr(posture, f"disc_height_{level}_mm")
            if lower >= TOLD_MM:
                yield self.say(f"disc_{level}", mm=self.number(lower))
        tone = posture.tone_rotators - balanced.tone_rotators
        if abs(tone) >= TOLD_TONE:
            yield self.say("rotators_harder" if tone > 0.0 else "rotators_less")

    def room(self, found: Findings, telling: Finding | None) -> str:
        """Where the nerve has least room, and how much it was and is."""
        if telling is None:
            return self.say("little_told" if self.untold(found) else "little")
        key = "least" if telling.level.rank > 0 else "roomy"
        if self.sites[telling.site].measure[telling.measure].worse == "larger":
            key = telling.measure
        return self.say(
            key,
            where=self.where(found, telling),
            before=self.room_in(telling, telling.balanced),
            now=self.room_in(telling, telling.now),
            unit=telling.unit,
            level=self.text(f"level.{telling.level}"),
        )

    def where(self, found: Findings, telling: Finding) -> str:
        """The place in words, with its side where the sides differ."""
        site = self.sites[telling.site]
        language = self.text.language
        where = (site.where if self.wording == "patient" else site.where_clinical)[language]
        if found.snapshot.posture == found.snapshot.posture.mirrored():
            return where
        return self.text(f"headline.{telling.side}", where=where)

    def cause(self, telling: Finding) -> str:
        """Which premise most of it comes from: by its share, or, before shares are known, where it was set directly."""
        if not telling.shares or not telling.change:
            return self.say("set") if telling.set_by_user else ""
        group, share = max(telling.shares.items(), key=lambda item: item[1] / telling.change)  # type: ignore[operator]
        return self.say(f"cause_{group}") if share / telling.change > MOST else self.say("causes")

    def untold(self, found: Findings) -> str:
        """How many places the model cannot judge, where they differ from balanced."""
        places = {
            item.site: item
            for side in SIDES
            for item in found.tightest(side)
            if item.level is Level.CANNOT_TELL and item.level_balanced is not Level.CANNOT_TELL
        }
        if len(places) == 1:
            return self.say("untold_one", where=self.where(found, *places.values()))
        return self.say("untold", count=len(places)) if places else ""

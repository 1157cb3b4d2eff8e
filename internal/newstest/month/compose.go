package month

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// author writes one story.
type author struct {
	*tongue
	dice  *rand.Rand
	said  map[string]string // what a slot stands for all through the story
	used  map[string]bool   // values that are taken
	facts []fact
}

var slot = regexp.MustCompile(`<([a-z]+[0-9]?)(?::([^>]*))?>`)

// compose writes a story of about so many words.
func compose(t *tongue, r *rand.Rand, words int) *story {
	a := &author{tongue: t, dice: r, said: map[string]string{}, used: map[string]bool{}}
	topic := pick(r, t.topics)
	s := &story{tongue: t}
	s.headline = a.write(pick(r, t.headlines(topic)))
	s.dek = a.write(pick(r, t.sections["dek"]))
	s.byline = pick(r, t.sections["first"]) + " " + pick(r, t.sections["last"])
	for _, line := range a.lines(topic) {
		if s.words() >= words {
			break
		}
		text := a.write(line)
		if n := len(s.paras); n > 0 && r.IntN(5) < 2 && len(strings.Fields(s.paras[n-1])) < 45 {
			s.paras[n-1] += " " + text
			continue
		}
		s.paras = append(s.paras, text)
	}
	s.caption = a.write("<town>")
	s.facts = a.facts
	a.misspell(s)
	return s
}

// lines gives the sentences of a story: those of its topic first, some general ones
// among them, then the rest, then those of other topics.
func (a *author) lines(topic string) []string {
	own := slices.Clone(a.sections[topic])
	a.dice.Shuffle(len(own)-1, func(i, j int) { own[i+1], own[j+1] = own[j+1], own[i+1] })
	general := slices.Clone(a.sections["general"])
	a.dice.Shuffle(len(general), func(i, j int) { general[i], general[j] = general[j], general[i] })
	var out []string
	for i, line := range own {
		out = append(out, line)
		if i > 0 && i <= len(general) && a.dice.IntN(2) == 0 {
			out = append(out, general[0])
			general = general[1:]
		}
	}
	out = append(out, general...)
	for _, t := range a.topics {
		if t != topic {
			out = append(out, a.sections[t][1:]...)
		}
	}
	return out
}

// write fills the slots of a line.
func (a *author) write(line string) string {
	out := slot.ReplaceAllStringFunc(line, func(s string) string {
		m := slot.FindStringSubmatch(s)
		return a.fill(m[1], m[2])
	})
	r := []rune(out)
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}

func (a *author) fill(name, arg string) string {
	switch name {
	case "n":
		lo, hi, _ := strings.Cut(arg, "-")
		least, _ := strconv.Atoi(lo)
		most, _ := strconv.Atoi(hi)
		return a.fresh(aNumber, func() string { return a.figure(least + a.dice.IntN(most-least+1)) })
	case "money":
		return a.fresh(aSum, func() string { return a.sum(11 + a.dice.IntN(880)) })
	case "pct":
		return a.fresh(aShare, func() string { return a.share(3 + a.dice.IntN(88)) })
	case "day":
		day := pick(a.dice, a.sections["weekdays"])
		a.facts = append(a.facts, fact{aWeekday, day, a.sections["weekdays"]})
		return day
	case "src", "neg", "q":
		list := strings.Split(arg, "|")
		value := pick(a.dice, list)
		a.facts = append(a.facts, fact{map[string]factKind{"src": aSource, "neg": aNegation, "q": aQuote}[name], value, list})
		return value
	case "w":
		return pick(a.dice, strings.Split(arg, "|"))
	default:
		return a.constant(name)
	}
}

// fresh draws a value that the story does not use yet.
func (a *author) fresh(kind factKind, draw func() string) string {
	value := draw()
	for range 200 {
		if !a.used[value] {
			break
		}
		value = draw()
	}
	a.used[value] = true
	other := draw()
	for range 200 {
		if other != value && !a.used[other] {
			break
		}
		other = draw()
	}
	a.used[other] = true
	a.facts = append(a.facts, fact{kind, value, []string{other}})
	return value
}

// constant fills a slot that stays the same all through the story.
func (a *author) constant(name string) string {
	if v, ok := a.said[name]; ok {
		return v
	}
	number := name[len(name)-1:]
	var v string
	switch name[0] {
	case 'p':
		v = a.unused("first") + " " + a.constant("l"+number)
	case 'l':
		v = a.unused("last")
		a.facts = append(a.facts, fact{aName, v, []string{a.unused("last")}})
	case 'r':
		v = a.unused("office")
	case 't':
		v = a.unused("town")
	default:
		v = a.unused("org")
	}
	a.said[name] = v
	return v
}

func (a *author) unused(section string) string {
	v := pick(a.dice, a.sections[section])
	for range 200 {
		if !a.used[v] {
			break
		}
		v = pick(a.dice, a.sections[section])
	}
	a.used[v] = true
	return v
}

// misspell swaps two letters of a long word, once in the story.
func (a *author) misspell(s *story) {
	i := a.dice.IntN(len(s.paras))
	for _, w := range strings.Fields(s.paras[i]) {
		r := []rune(w)
		if len(r) < 8 || strings.ContainsFunc(w, func(c rune) bool { return c < 'a' || c > 'z' }) || len(places(s.paras[i], w)) != 1 {
			continue
		}
		k := len(r) / 2
		r[k], r[k+1] = r[k+1], r[k]
		if string(r) == w || slices.ContainsFunc(s.facts, func(f fact) bool { return strings.Contains(f.value, w) }) {
			continue
		}
		s.typo = [2]string{string(r), w}
		s.paras[i] = strings.Replace(s.paras[i], w, string(r), 1)
		return
	}
}

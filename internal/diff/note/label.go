package note

import (
	"unicode"

	"erratum/internal/text"
)

// open looks for a label at the start of the passage, after brackets, bullets and a
// date, and for the mark or date that must follow it.
func (p *passage) open(b *book, strict, loose *view) opening {
	o := opening{b: b}
	at := 0
	for at < len(p.ws) && isOpener(p.ws[at]) {
		at++
	}
	r := p.stamps(b)
	if end, m := r.read(at); end > at {
		for end < len(p.ws) && (isMark(p.ws[end].Text) || p.ws[end].Text == ",") {
			end++
		}
		o.when, at = m, end
	}
	for _, v := range []*view{strict, loose} {
		for i := range b.labels {
			p.tryLabel(&o, &b.labels[i], v, &r, at)
		}
		if o.label != nil {
			break
		}
	}
	return o
}

// tryLabel makes a label that stands at a place the opening, when it reaches
// further than the one found before.
func (p *passage) tryLabel(o *opening, l *readyLabel, v *view, r *stampReader, at int) {
	end := l.pattern.match(v, at, len(p.ws), true)
	if end < 0 || o.label != nil && end <= o.end {
		return
	}
	got, ok := p.closes(l, r, end)
	if !ok {
		return
	}
	got.b, got.label, got.end = o.b, l, end
	if got.when.day.IsZero() {
		got.when.day = o.when.day
	}
	*o = got
}

// closes checks what follows a label that ends at end.
func (p *passage) closes(l *readyLabel, r *stampReader, end int) (opening, bool) {
	var o opening
	at := end
	if at == len(p.ws) {
		o.body = at
		return o, l.form&whole != 0
	}
	at = p.counted(at)
	mark := p.marked(at)
	from := at
	if mark {
		from++
	}
	dateEnd, m := p.dateAfter(r, from)
	switch {
	case dateEnd > from:
		o.when, at = m, dateEnd
		if !mark && !p.marked(at) && !m.sure && at < len(p.ws) {
			return o, false // "Update 5.3 of the program"
		}
	case mark:
		at = from
	case l.form&whole != 0:
	case l.kind != Update && l.form&(stamp|editors|weak) == 0 && p.topic(at) > 0:
		at = p.topic(at)
	case l.form&(stamp|weak) == 0 && p.sentenceAt(at, r.lang):
		o.loose = true
	default:
		return o, false
	}
	colon := mark && p.ws[end].Text == ":"
	for at < len(p.ws) && (isMark(p.ws[at].Text) || p.ws[at].Text == ",") {
		colon = colon || p.ws[at].Text == ":"
		at++
	}
	o.body = at
	return o, p.hasMessage(l, r, at, colon, o.when.dated)
}

// counted returns where the number after a label ends ("UPDATE 2:", "Update #3:"), at
// when there is none or more than a mark follows it.
func (p *passage) counted(at int) int {
	i := at
	if p.ws[i].Text == "#" {
		i++
	}
	if i+1 >= len(p.ws) || p.ws[i+1].Text != ":" {
		return at
	}
	switch w := p.ws[i]; {
	case w.Kind == text.Number && len(w.Key) <= 2, w.Key == "ii", w.Key == "iii", w.Key == "iv":
		return i + 1
	}
	return at
}

// hasMessage reports whether what follows a label is more than a time stamp, and not
// the title of an article.
func (p *passage) hasMessage(l *readyLabel, r *stampReader, at int, colon, dated bool) bool {
	if l.form&(editors|whole) == 0 && !dated && p.isTitle(at) {
		return false
	}
	if l.form&stamp == 0 && (colon || at > 0 && at < len(p.ws)) {
		return true
	}
	small := shelved().small // a stamp may be in another language than its label
	for i := at; i < len(p.ws); {
		if end, _ := r.read(i); end > i {
			i = end
			continue
		}
		w := p.ws[i]
		if w.Kind == text.Word && !small[w.Key] && !r.clock[w.Key] {
			return true
		}
		i++
	}
	return l.form&whole != 0
}

// titleWords is how many words, all capitalised, make a title.
const titleWords = 4

// isTitle reports whether the rest of the passage is an English-style title:
// "Correction: Making a Mockery of Money and Privacy".
func (p *passage) isTitle(at int) bool {
	n := 0
	for _, w := range p.ws[at:] {
		switch {
		case w.Kind == text.Punct && isFinal(w.Text), w.Kind == text.Number:
			return false
		case w.Kind != text.Word || text.IsFunction("en", w.Key):
		case text.IsUpperStart(w.Text):
			n++
		default:
			return false
		}
	}
	return n >= titleWords
}

func isFinal(s string) bool {
	switch s {
	case ".", "?", "!", ")", "]":
		return true
	}
	return false
}

// marked reports whether a mark that may end a label stands at i.
func (p *passage) marked(i int) bool {
	if i >= len(p.ws) || !isMark(p.ws[i].Text) {
		return false
	}
	switch p.ws[i].Text {
	case "-":
		return p.ws[i].Space
	case ".":
		return i+1 >= len(p.ws) || p.ws[i+1].Space || p.ws[i+1].Text == ":"
	}
	return true
}

// isMark reports whether a token may end a label.
func isMark(s string) bool {
	switch s {
	case ":", "-", ".", ")", "]", "|", "*", "：", "）":
		return true
	}
	return false
}

// isOpener reports whether a token may stand before a label or a sentence.
func isOpener(w word) bool {
	switch w.Text {
	case "(", "[", "*", "-", "•", "·", "#", "|", ">", "_", "+", "▪", "■", "–", "/":
		return true
	}
	return false
}

// dateAfter reads a date after a label, past at most three small words.
func (p *passage) dateAfter(r *stampReader, at int) (int, moment) {
	for n := 0; n < 4 && at+n < len(p.ws); n++ {
		if end, m := r.read(at + n); end > at+n {
			return end, m
		}
		w := p.ws[at+n]
		if w.Text != "," && w.Text != "(" && !r.before[w.Key] {
			break
		}
	}
	return at, moment{}
}

// topicWords is how long the matter between a label and its colon may be:
// "Correction to Newsletter #46:".
const topicWords = 9

// topic returns where a label's colon stands after a few words, 0 when nowhere.
func (p *passage) topic(at int) int {
	if text.IsUpperStart(p.ws[at].Text) || p.ws[at].Kind != text.Word {
		return 0
	}
	for i := at; i < len(p.ws) && i < at+topicWords; i++ {
		switch p.ws[i].Text {
		case ":":
			return i
		case ".":
			if p.ws[i-1].Kind != text.Number {
				return 0
			}
		case ",", "!", "?", `"`:
			return 0
		}
	}
	return 0
}

// sentenceAt reports whether a sentence starts at i, by a capitalised function word.
func (p *passage) sentenceAt(i int, lang string) bool {
	w := p.ws[i]
	return len(p.ws)-i >= titleWords && unicode.IsUpper([]rune(w.Text)[0]) && text.IsFunction(lang, w.Key)
}

// datedWords is how long the line of a change log may be.
const datedWords = 16

// dated recognises the line of a change log: a change, and the minute it was made
// ("Fixed the affected version at 2024-04-11 12:50 UTC"). It returns the kind of
// change, or nothing.
func (p *passage) dated(b *book, v *view) Kind {
	if len(p.ws) > 2*datedWords || !v.all.meets(&b.changes) {
		return ""
	}
	r := p.stamps(b)
	content, kind, ends := 0, Kind(""), false
	small := shelved().small
	for i := 0; i < len(p.ws); {
		if end, m := r.read(i); end > i && m.dated {
			if !m.clock || ends {
				return ""
			}
			i, ends = end, true
			continue
		}
		w := p.ws[i]
		i++
		switch {
		case w.Kind == text.Punct && (w.Text == ")" || w.Text == "." || w.Text == "("):
			continue
		case ends, w.Kind == text.Punct && (w.Text == ":" || w.Text == "|" || w.Text == "/"):
			return ""
		case b.correct.match(v, i-1, i, true) >= 0:
			kind = Correction
		case b.update.match(v, i-1, i, true) >= 0:
			kind = firstKind(kind, Update)
		case w.Kind == text.Word && !small[w.Key]:
			content++
		}
	}
	if !ends || content == 0 || content > datedWords {
		return ""
	}
	return kind
}

func firstKind(a, b Kind) Kind {
	if a != "" {
		return a
	}
	return b
}

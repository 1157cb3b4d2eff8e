package diff

import (
	"unicode/utf8"

	"erratum/internal/text"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// wordDiffer compares the words of groups. One serves all groups of a diff.
type wordDiffer struct {
	diff  *Diff
	lang  string
	codes map[string]rune
	dmp   *diffmatchpatch.DiffMatchPatch
	pairs int // of words that were compared, see maxPairs
}

// ops returns the edits between the two sides of a group. It reports false when the
// group is too long, or the library fails on it.
func (w *wordDiffer) ops(g Group) ([]Op, bool) {
	if countTokens(w.diff.Old, g.Old) > maxTokens || countTokens(w.diff.New, g.New) > maxTokens {
		return nil, false
	}
	before, after := w.diff.Old.tokens(g.Old), w.diff.New.tokens(g.New)
	lo := 0
	for lo < len(before) && lo < len(after) && before[lo].Key == after[lo].Key {
		lo++
	}
	n, m := len(before), len(after)
	for n > lo && m > lo && before[n-1].Key == after[m-1].Key {
		n, m = n-1, m-1
	}
	e := editList{}
	e.add(Keep, lo, lo)
	if !w.middle(&e, before[lo:n], after[lo:m]) {
		return nil, false
	}
	e.add(Keep, len(before)-n, len(after)-m)
	if last := len(e.ops) - 1; last < 0 || e.ops[last].A1 != len(before) || e.ops[last].B1 != len(after) {
		return nil, len(before)+len(after) == 0
	}
	return w.swallow(e.ops, before), true
}

// middle compares what is left between common start and end.
func (w *wordDiffer) middle(e *editList, before, after []text.Token) bool {
	switch {
	case len(before) == 0 || len(after) == 0:
		e.add(Replace, len(before), len(after))
		return true
	case len(before) == 1 || len(after) == 1:
		w.single(e, before, after)
		return true
	}
	if w.pairs += len(before) * len(after); w.pairs > maxPairs {
		w.diff.Coarse = true
		return false
	}
	diffs, ok := w.run(before, after)
	for _, d := range diffs {
		n := utf8.RuneCountInString(d.Text)
		switch d.Type {
		case diffmatchpatch.DiffEqual:
			e.add(Keep, n, n)
		case diffmatchpatch.DiffDelete:
			e.add(Replace, n, 0)
		case diffmatchpatch.DiffInsert:
			e.add(Replace, 0, n)
		}
	}
	return ok
}

// single compares a side of one token with another: it is kept where it occurs first.
func (w *wordDiffer) single(e *editList, before, after []text.Token) {
	for i := range before {
		for j := range after {
			if before[i].Key == after[j].Key {
				e.add(Replace, i, j)
				e.add(Keep, 1, 1)
				e.add(Replace, len(before)-i-1, len(after)-j-1)
				return
			}
		}
	}
	e.add(Replace, len(before), len(after))
}

// firstCode is where tokens are encoded from. Below lie runes that go-diff treats as
// characters of a class, surrogates that it cannot carry, and U+FFFD, which it takes
// for any of them (methods.md §5, trap 2); the private planes hold far more codes
// than a group has tokens.
const firstCode = 0xF0000

// run encodes tokens as runes and has go-diff compare them. A timeout would make the
// result depend on the load, so there is none: maxTokens bounds the input instead.
func (w *wordDiffer) run(before, after []text.Token) (diffs []diffmatchpatch.Diff, ok bool) {
	defer func() {
		// The library has a history of panics on odd input; a text without word diff
		// is better than none.
		if recover() != nil {
			diffs, ok = nil, false
		}
	}()
	if w.dmp == nil {
		w.dmp = diffmatchpatch.New()
		w.dmp.DiffTimeout = 0
		w.codes = make(map[string]rune)
	}
	clear(w.codes)
	return w.dmp.DiffMainRunes(w.encode(before), w.encode(after), false), true
}

func (w *wordDiffer) encode(toks []text.Token) []rune {
	out := make([]rune, len(toks))
	for i := range toks {
		code, ok := w.codes[toks[i].Key]
		if !ok {
			code = firstCode + rune(len(w.codes))
			w.codes[toks[i].Key] = code
		}
		out[i] = code
	}
	return out
}

// swallow joins two edits that only a function word or a punctuation mark keeps
// apart: people read "[the old] of [a friend]" as one change. Quotation marks stay,
// since it matters what stands between them.
func (w *wordDiffer) swallow(ops []Op, before []text.Token) []Op {
	out := ops[:0]
	for k := 0; k < len(ops); k++ {
		op := ops[k]
		if op.Kind == Keep && op.A1-op.A0 == 1 && len(out) > 0 && k+1 < len(ops) && w.minor(before[op.A0]) {
			last := &out[len(out)-1]
			last.Kind, last.A1, last.B1 = Replace, ops[k+1].A1, ops[k+1].B1
			k++
			continue
		}
		out = append(out, op)
	}
	for k := range out {
		out[k].Kind = kindOf(out[k])
	}
	return out
}

func (w *wordDiffer) minor(t text.Token) bool {
	if t.Kind == text.Punct {
		return t.Key != `"` && t.Key != "'"
	}
	return isFunctionWord(w.lang, t)
}

func kindOf(op Op) OpKind {
	switch {
	case op.Kind == Keep:
		return Keep
	case op.A0 == op.A1:
		return Insert
	case op.B0 == op.B1:
		return Delete
	}
	return Replace
}

// editList collects ops and joins neighbours of a kind.
type editList struct{ ops []Op }

// add appends n tokens of the old and m of the new side, kept or replaced.
func (e *editList) add(kind OpKind, n, m int) {
	if n == 0 && m == 0 {
		return
	}
	last := Op{}
	if len(e.ops) > 0 {
		last = e.ops[len(e.ops)-1]
		if last.Kind == kind {
			e.ops[len(e.ops)-1].A1 += n
			e.ops[len(e.ops)-1].B1 += m
			return
		}
	}
	e.ops = append(e.ops, Op{Kind: kind, A0: last.A1, A1: last.A1 + n, B0: last.B1, B1: last.B1 + m})
}

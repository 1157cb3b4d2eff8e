// Package mute finds the blocks of a page that a machine changes and no editor does:
// counters and clocks, blocks that take turns, blocks that never show the same twice,
// furniture that stands on other articles of the host too; and the blocks that a
// watch does not want to hear of.
//
// It decides what is muted and shows an article with the muted blocks standing still
// ([Still]), so that whoever compares texts need not know of muting. It keeps nothing
// itself: what was seen is in [Unrest], which an article's state carries.
//
// The law of the package: facts never missed beats quiet. A note is never muted, nor is
// a form of a block that lasts and was not there before. Start reading at [Still].
package mute

import (
	"encoding/base32"
	"encoding/binary"
	"strings"

	"github.com/cespare/xxhash/v2"

	"erratum/internal/article"
	"erratum/internal/text"
)

// Key names a block by its folded text: 13 base32 characters. No block has the empty
// key.
type Key string

// The headline and the line below it have one key each, whatever they say: a page has
// one of them. Nothing but a person's choice mutes them.
const (
	Headline Key = "headline"
	Dek      Key = "dek"
)

// KeyOf returns the key of a text.
func KeyOf(raw string) Key { return keyOf(text.Fold(raw).Text) }

func keyOf(folded string) Key {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], xxhash.Sum64String(folded))
	return Key(strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:])))
}

// Valid reports whether a key can be one, whoever wrote it.
func (k Key) Valid() bool {
	if k == Headline || k == Dek {
		return true
	}
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(string(k)))
	return err == nil && len(raw) == 8 && strings.ToLower(string(k)) == string(k)
}

// Edit is a block that differs between two texts. Before and After are its printed
// texts, empty when it was added or removed.
type Edit struct {
	Before, After string
	Old, New      Key // empty as the texts
	lang          string
	note          bool // either is a note
	line          Key  // Headline or Dek; empty: a block
	at            int  // index of the block in the new article, or before which it stood
	index         int  // index of the block in the old article, or before which it stands now
}

// Replaces reports whether another text altogether came in the place of a block, as
// adverts take turns, and not the same one in other words.
func (e Edit) Replaces() bool { return natureOf(e, "") == another }

// Still returns new as it would be had the edits that muted names not been made, and
// those edits, of headline and dek too. When there are none it returns new itself. A note
// is never asked about.
func Still(old, new *article.Article, muted func(Edit) bool) (*article.Article, []Edit) {
	out := *new
	lines := stillLines(old, &out, muted)
	var still []Edit
	for _, e := range Edits(old, new) {
		if !e.note && muted(e) {
			still = append(still, e)
		}
	}
	switch {
	case len(lines)+len(still) == 0:
		return new, nil
	case len(still) == 0:
		return &out, lines
	}
	out.Blocks = make([]article.Block, 0, len(new.Blocks)+len(still))
	next := 0
	for i := 0; i <= len(new.Blocks); i++ {
		drop := false
		for ; next < len(still) && still[next].at == i; next++ {
			e := still[next]
			if e.Before != "" {
				out.Blocks = append(out.Blocks, old.Blocks[e.index])
			}
			drop = drop || e.After != ""
		}
		if i < len(new.Blocks) && !drop {
			out.Blocks = append(out.Blocks, new.Blocks[i])
		}
	}
	return &out, append(lines, still...)
}

// stillLines takes back the edits of headline and dek that are muted.
func stillLines(old, out *article.Article, muted func(Edit) bool) (still []Edit) {
	for _, l := range []struct {
		key      Key
		old, new *string
	}{{Headline, &old.Headline, &out.Headline}, {Dek, &old.Dek, &out.Dek}} {
		if *l.old == *l.new {
			continue
		}
		e := Edit{Before: *l.old, After: *l.new, Old: keyOfLine(*l.old), New: keyOfLine(*l.new), lang: old.Language, line: l.key}
		if muted(e) {
			*l.new = *l.old
			still = append(still, e)
		}
	}
	return still
}

// keyOfLine is the key of a line, which may be missing.
func keyOfLine(raw string) Key {
	if raw == "" {
		return ""
	}
	return KeyOf(raw)
}

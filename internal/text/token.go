package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Tokenize cuts a folded text into tokens. Every byte that is not white space
// belongs to exactly one token, in order.
//
//   - A word keeps inner apostrophes ("don't", "O'Neill") and digits that follow its
//     letters ("G7", "v1.2"); the possessive 's and French or Italian elisions ("l'", "dell'")
//     are tokens of their own.
//   - Initialisms are one word with their dots ("U.S.", key "us"; "p.m.", key "pm").
//   - A number keeps inner dots and commas; letters after it are the next token
//     ("3pm" is 3 and pm).
//   - Hyphens, punctuation marks and signs are one token each.
//   - Scripts that do not space words give one token per character.
func Tokenize(folded string) []Token {
	if folded == "" {
		return nil
	}
	return AppendTokens(make([]Token, 0, len(folded)/5+4), folded)
}

// AppendTokens appends the tokens of a folded text to dst, as [Tokenize] gives them.
func AppendTokens(dst []Token, folded string) []Token {
	t := tokenizer{s: folded, out: dst, first: len(dst)}
	if isASCII(folded) {
		// One lower-cased copy serves all keys: lower-casing ASCII keeps offsets.
		t.lower = strings.ToLower(folded)
	}
	for t.pos < len(folded) {
		t.step()
	}
	return t.out
}

type tokenizer struct {
	s     string
	lower string // of s when ASCII, else empty
	pos   int
	space bool
	out   []Token
	first int // of out that is ours
}

// step consumes one token or one white-space character.
func (t *tokenizer) step() {
	if n := plainWord(t.s[t.pos:]); n > 0 {
		t.emit(t.pos+n, Word)
		return
	}
	r, size := decode(t.s[t.pos:])
	switch class(r) {
	case classSpace:
		t.pos += size
		t.space = true
	case classLetter:
		t.word()
	case classDigit:
		t.emit(t.pos+numberLen(t.s[t.pos:]), Number)
	case classIdeograph:
		t.emit(t.marks(t.pos+size), Word)
	case classFraction:
		t.emit(t.marks(t.pos+size), Number)
	case classPunct:
		t.emit(t.marks(t.pos+size), Punct)
	default:
		t.emit(t.marks(t.pos+size), Symbol)
	}
}

// plainWord returns the length of the word at the start of s when it is one of ASCII
// letters that plainly ends where they do, as nearly all are; else 0.
func plainWord(s string) int {
	n := asciiLetters(s)
	if n == len(s) {
		return n
	}
	switch c := s[n]; {
	case c >= utf8.RuneSelf, c == '\'', asciiClass[c] == classDigit:
		return 0
	case c == '.' && n <= 2:
		return 0 // may be an initialism
	}
	return n
}

// emit writes the token that ends at end.
func (t *tokenizer) emit(end int, kind TokenKind) {
	tok := Token{Text: t.s[t.pos:end], From: t.pos, To: end, Kind: kind, Space: t.space}
	switch {
	case t.lower != "":
		tok.Key = t.lower[t.pos:end]
	default:
		// Russian prints ё as е as it pleases.
		tok.Key = strings.ReplaceAll(strings.ToLower(tok.Text), "ё", "е")
	}
	t.out = append(t.out, tok)
	t.pos, t.space = end, false
}

// word emits an initialism, or a word and the possessive after it.
func (t *tokenizer) word() {
	if n := initialismLen(t.s[t.pos:]); n > 0 {
		t.emit(t.pos+n, Word)
		last := &t.out[len(t.out)-1]
		last.Key = strings.ReplaceAll(last.Key, ".", "")
		return
	}
	end, digit := t.pos, false
	for end < len(t.s) {
		if n := asciiLetters(t.s[end:]); n > 0 {
			digit = false
			end += n
			continue
		}
		r, size := decode(t.s[end:])
		if c := class(r); c == classLetter || c == classDigit || c == classMark {
			digit = c == classDigit
			end += size
			continue
		}
		if r == '.' && digit && startsWithDigit(t.s[end+1:]) {
			end++ // v22.1
			continue
		}
		if r != '\'' || !startsWithLetter(t.s[end+1:]) {
			break
		}
		if isElision(t.s[t.pos:end], t.s[end+1:], t.opening()) {
			end++
			break
		}
		if n := possessiveLen(t.s[end:]); n > 0 {
			t.emit(end, Word)
			end += n
			break
		}
		end++
	}
	t.emit(end, Word)
}

// asciiLetters returns how many bytes at the start of s are ASCII letters.
func asciiLetters(s string) int {
	for i := range len(s) {
		if c := s[i] | 0x20; c < 'a' || c > 'z' {
			return i
		}
	}
	return len(s)
}

// opening reports whether the next word may open a sentence.
func (t *tokenizer) opening() bool {
	return len(t.out) == t.first || t.out[len(t.out)-1].Kind == Punct
}

// marks returns where the combining marks at a position end.
func (t *tokenizer) marks(pos int) int {
	for pos < len(t.s) && t.s[pos] >= utf8.RuneSelf {
		r, size := utf8.DecodeRuneInString(t.s[pos:])
		if class(r) != classMark {
			break
		}
		pos += size
	}
	return pos
}

// The classes of characters that tokens are made of.
type charClass uint8

const (
	classSymbol charClass = iota
	classSpace
	classLetter
	classIdeograph // a letter of a script that does not space words
	classMark
	classDigit
	classFraction // ½, ², Ⅷ
	classPunct
)

func class(r rune) charClass {
	if r >= 0 && r < utf8.RuneSelf {
		return asciiClass[r]
	}
	switch {
	case unicode.IsLetter(r):
		if isUnspaced(r) {
			return classIdeograph
		}
		return classLetter
	case unicode.IsSpace(r):
		return classSpace
	case unicode.IsMark(r):
		return classMark
	case unicode.IsDigit(r):
		return classDigit
	case unicode.IsNumber(r):
		return classFraction
	case r != '‰' && unicode.IsPunct(r):
		return classPunct
	}
	return classSymbol
}

// asciiClass is a table because nearly every character asks.
var asciiClass = func() (table [utf8.RuneSelf]charClass) {
	for r := range rune(utf8.RuneSelf) {
		switch {
		case unicode.IsLetter(r):
			table[r] = classLetter
		case unicode.IsDigit(r):
			table[r] = classDigit
		case unicode.IsSpace(r):
			table[r] = classSpace
		case unicode.IsPunct(r) && r != '%':
			table[r] = classPunct
		}
	}
	return table
}()

// isUnspaced reports whether a letter is of a script written without spaces
// between words.
func isUnspaced(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// numberLen returns the length of the number at the start of s: digits, with dots
// and commas that stand between digits.
func numberLen(s string) int {
	end := 0
	for end < len(s) {
		r, size := decode(s[end:])
		if c := class(r); c == classDigit || c == classMark {
			end += size
			continue
		}
		if r != '.' && r != ',' {
			break
		}
		if next, _ := utf8.DecodeRuneInString(s[end+1:]); class(next) != classDigit {
			break
		}
		end++
	}
	return end
}

// initialismLen returns the length of the initialism at the start of s, 0 when there
// is none: single letters (or the same capital twice, "EE.UU.") with dots between
// them, at least two, the last dot optional.
func initialismLen(s string) int {
	if len(s) < 3 || s[0] < utf8.RuneSelf && s[1] != '.' && s[1] != s[0] {
		return 0
	}
	end, pieces := 0, 0
	for {
		n := initialLen(s[end:])
		if n == 0 {
			break
		}
		after := s[end+n:]
		if !strings.HasPrefix(after, ".") {
			if startsWithLetter(after) || startsWithDigit(after) || pieces == 0 {
				break
			}
			return end + n // "U.S" without its last dot
		}
		end += n + 1
		pieces++
	}
	if pieces < 2 {
		return 0
	}
	return end
}

// initialLen returns the length of one letter, or of one capital doubled.
func initialLen(s string) int {
	r, size := utf8.DecodeRuneInString(s)
	if class(r) != classLetter {
		return 0
	}
	if next, n := utf8.DecodeRuneInString(s[size:]); next == r && unicode.IsUpper(r) {
		return size + n
	}
	return size
}

// possessiveLen returns the length of a possessive 's at the start of s that ends
// its word, else 0.
func possessiveLen(s string) int {
	if len(s) < 2 || s[0] != '\'' || s[1]|0x20 != 's' {
		return 0
	}
	if r, size := utf8.DecodeRuneInString(s[2:]); size > 0 {
		switch class(r) {
		case classLetter, classDigit, classMark:
			return 0
		}
		if r == '\'' && startsWithLetter(s[3:]) {
			return 0
		}
	}
	return 2
}

// isElision reports whether a word before an apostrophe is an elided article or
// pronoun of French or Italian. Between two capitals the apostrophe belongs to a name
// (D'Angelo, L'Oréal, N'Golo) unless an article may open the sentence there.
func isElision(before, after string, opening bool) bool {
	lower := strings.ToLower(before)
	names := IsUpperStart(before) && IsUpperStart(after)
	switch lower {
	case "l":
		return !names && !isContraction(after) || names && opening
	case "d", "j", "m", "n", "s", "c", "t":
		return !names && !isContraction(after)
	case "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "presqu", "quelqu",
		"dell", "nell", "all", "dall", "sull", "coll", "un", "quest", "quell", "sant", "cos", "com", "dov":
		return !names || opening
	}
	return false
}

// isContraction reports whether an English ending follows the apostrophe, as in
// "M's" or "T'd".
func isContraction(after string) bool {
	end := strings.IndexFunc(after, func(r rune) bool { return class(r) != classLetter })
	if end < 0 {
		end = len(after)
	}
	switch strings.ToLower(after[:end]) {
	case "s", "d", "ll", "re", "ve", "t", "m":
		return true
	}
	return false
}

// IsUpperStart reports whether s starts with an upper-case or title-case letter.
func IsUpperStart(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r) || unicode.IsTitle(r)
}

func startsWithLetter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return class(r) == classLetter
}

func startsWithDigit(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return class(r) == classDigit
}

// decode is utf8.DecodeRuneInString for a text that is mostly ASCII and not empty.
func decode(s string) (rune, int) {
	if c := s[0]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	return utf8.DecodeRuneInString(s)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

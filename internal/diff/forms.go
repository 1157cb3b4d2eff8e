package diff

import "erratum/internal/text"

// Forms numbers the different word forms of versions that are to be compared, marks and
// signs among them: tokens with equal keys have the same number. What is asked of a word
// can so be kept in a list by its number, and most words stand in an article many times.
type Forms struct{ numbers map[string]int32 }

func newForms(tokens int) *Forms {
	const most = 4000 // fewer of a long text are new
	return &Forms{numbers: make(map[string]int32, min(tokens/2, most))}
}

// Len is how many there are. Numbers start at 0.
func (f *Forms) Len() int { return len(f.numbers) }

// Number returns the number of a key, false when no version has it.
func (f *Forms) Number(key string) (int32, bool) {
	n, ok := f.numbers[key]
	return n, ok
}

// appendNumbers appends the number of each token, and enters those that are new.
func (f *Forms) appendNumbers(dst []int32, toks []text.Token) []int32 {
	for i := range toks {
		n, ok := f.numbers[toks[i].Key]
		if !ok {
			n = int32(len(f.numbers))
			f.numbers[toks[i].Key] = n
		}
		dst = append(dst, n)
	}
	return dst
}

package claim

import "erratum/internal/diff"

// sortsReplaced finds a word that gave way to another of its sort: what is red is not
// blue, and who was stabbed was not shot. The lists hold words of which one excludes the
// others; what may be another word for the same stands under one name in them.
func sortsReplaced(_ *work, s *site) []hit {
	var out []hit
	olds, news := s.only(diff.OldSide, secSort), s.only(diff.NewSide, secSort)
	for _, h := range s.swap(olds, news, func(a, b cue) bool { return a.phrase.class == b.phrase.class && a.phrase.canon != b.phrase.canon }) {
		if e, ok := s.together(h.before, h.after); ok && e.tight() {
			out = append(out, h)
		}
	}
	return out
}

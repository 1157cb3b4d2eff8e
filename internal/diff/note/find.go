package note

// Find recognises the note that block is, or starts with. lang is the BCP 47 primary
// subtag of the article, empty when unknown. edge says that the block stands at the
// top or the end of an article or that it changed between two versions: there fewer
// cues are asked for than in the middle of a text (methods.md §10).
func Find(block, lang string, edge bool) (Note, bool) {
	all := FindAll(block, lang, edge)
	if len(all) == 0 {
		return Note{}, false
	}
	return all[0], true
}

// FindAll recognises every note of a block: outlets append corrections to one
// paragraph, parted by a bullet or a new label.
func FindAll(block, lang string, edge bool) []Note { return nil }

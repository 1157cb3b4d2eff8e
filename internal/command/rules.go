package command

import (
	"strings"
	"time"

	"erratum/internal/mute"
	"erratum/internal/report"
	"erratum/internal/watch"
)

// What a line of a table's cell says of a watch: a rule that ignores, or a muted block
// that is told. Patterns have no line breaks.
const (
	patternLine = "pattern:"
	blockLine   = "block:"
	toldLine    = "told:"
)

// writeRules writes what a watch ignores and has un-muted, a line each.
func writeRules(w watch.Watch) string {
	var lines []string
	for _, r := range w.Ignore {
		if r.Pattern != "" {
			lines = append(lines, patternLine+r.Pattern)
		} else {
			lines = append(lines, strings.TrimSpace(blockLine+string(r.ID)+" "+oneLine(r.Text)))
		}
	}
	for _, id := range w.Unmuted {
		lines = append(lines, toldLine+string(id))
	}
	return strings.Join(lines, "\n")
}

// readRules reads what writeRules wrote into a watch. A block is known by the form that
// its name was made of.
func readRules(w *watch.Watch, cell string, now time.Time) error {
	for line := range strings.SplitSeq(cell, "\n") {
		line = oneLine(line)
		if line == "" {
			continue
		}
		pattern, isPattern := strings.CutPrefix(line, patternLine)
		block, isBlock := strings.CutPrefix(line, blockLine)
		told, isTold := strings.CutPrefix(line, toldLine)
		id, text, _ := strings.Cut(block, " ")
		switch {
		case isPattern:
			rule, err := mute.PatternRule(pattern, now)
			if err != nil {
				return refuse("", "%s", report.Escape(sentence(err.Error())))
			}
			w.Ignore = append(w.Ignore, rule)
		case isBlock && mute.Key(id).Valid():
			w.Ignore = append(w.Ignore, mute.BlockRule(mute.Key(id), text, now))
		case isTold && mute.Key(told).Valid():
			w.Unmuted = append(w.Unmuted, mute.Key(told))
		default:
			return refuse("", "%s is nothing that can be ignored.", quoted(line))
		}
	}
	if len(w.Ignore) > mute.MaxRules || len(w.Unmuted) > mute.MaxRules {
		return refuse("", "more than %d things are ignored or un-muted.", mute.MaxRules)
	}
	return nil
}

package alert

import (
	"encoding/json"
	"strings"
	"time"

	"erratum/internal/report"
)

// BurstFor is how long after an alert what changes further is added to it.
const BurstFor = 10 * time.Minute

// Shown is what a watch's channel was shown last. A store keeps it as one string, the
// message of an Ack.
type Shown struct {
	Message  string          `json:"message"` // as its channel names it
	At       time.Time       `json:"at,omitzero"`
	Kind     Kind            `json:"kind,omitempty"`
	Severity report.Severity `json:"severity,omitempty"`
	From     int             `json:"from,omitempty"` // revisions, as stored, that the message spans
	To       int             `json:"to,omitempty"`
	Changes  int             `json:"changes,omitempty"` // told in the message
	Joined   bool            `json:"joined,omitempty"`  // the message is another page's
}

// String writes it as stores keep it.
func (s Shown) String() string {
	raw, err := json.Marshal(s)
	if err != nil {
		return s.Message // plain data: it can't happen
	}
	return string(raw)
}

// ParseShown reads what a store kept; a message's name alone, as it was written once, is
// all that it says.
func ParseShown(kept string) (s Shown) {
	if !strings.HasPrefix(kept, "{") || json.Unmarshal([]byte(kept), &s) != nil {
		return Shown{Message: kept}
	}
	return s
}

// ShownAs is what is kept of a delivery that was shown as a message of its own.
func (d Delivery) ShownAs(message string, now time.Time) Shown {
	s := Shown{Message: message, At: now.UTC(), Kind: d.Notice.Kind, From: d.Notice.From, To: d.Notice.To, Changes: 1}
	if r := d.Notice.Report; r != nil {
		s.Severity = r.Severity
	}
	return s
}

// Added is what is kept when a delivery was added to the last message.
func (d Delivery) Added() Shown {
	s := d.Last
	s.To = d.Notice.To
	s.Changes++
	return s
}

// maxBurst is how many changes one message tells.
const maxBurst = 4

// Adds reports whether a delivery is to be added to the last message of its watch,
// since both are of one burst. An edit notifies nobody, so what is graver than what the
// message tells, what a note speaks of, and what is no further change of the same text
// are messages of their own.
func (d Delivery) Adds(now time.Time) bool {
	last, n := d.Last, d.Notice
	if n.Kind != Change || n.Text != "" || n.Report == nil || n.Report.Outcome != report.Changed {
		return false
	}
	for _, note := range n.Report.Notes {
		if note.State != report.NoteKept {
			return false
		}
	}
	return last.Message != "" && !last.Joined && last.Kind == Change && last.Changes < maxBurst && last.To == n.From &&
		now.Sub(last.At) < BurstFor && n.Report.Severity.Rank() <= last.Severity.Rank()
}

// Answers reports whether a delivery answers the last message of its watch: what came
// of it, or what goes beyond it within a burst.
func (d Delivery) Answers(now time.Time) bool {
	last := d.Last
	if last.Message == "" || last.Joined {
		return false
	}
	switch d.Notice.Kind {
	case Acknowledged, Reverted:
		return last.Kind == Change || last.Kind == Reverted
	case Recovered:
		return last.Kind == Blind
	case Returned:
		return last.Kind == Gone
	case Change:
		return last.Kind == Change && now.Sub(last.At) < BurstFor
	default:
		return false
	}
}

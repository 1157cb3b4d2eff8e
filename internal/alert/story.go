package alert

import (
	"slices"
	"time"

	"erratum/internal/report"
)

// Times of a [Story].
const (
	storyFor  = 24 * time.Hour     // so long after the first page another joins it
	storyWait = 10 * time.Minute   // so long others wait for a first message that does not come
	StoryKept = 7 * 24 * time.Hour // so long stores keep it, for those who ask why
)

// maxAlso is how many pages one message names besides its own; the next begins another.
const maxAlso = 20

// Story is an edit that a channel is told of once, on however many pages it is made:
// agencies' texts stand in many papers. The first page's delivery tells it, the others
// are named there.
type Story struct {
	Delivery string    `json:"delivery"` // that tells it
	Subject  Subject   `json:"subject"`  // of the first page
	Message  string    `json:"message"`  // as its channel names it; empty: it is under way
	At       time.Time `json:"at"`       // when the first was on its way
	Also     []Also    `json:"also,omitempty"`
}

// Also is another page of a story.
type Also struct {
	Delivery string  `json:"delivery"`
	Subject  Subject `json:"subject"`
}

// EditOf names the edit that a delivery tells, so that the same edit on another page
// has the same name; empty for what is told by itself. Whom it mentions counts, too: a
// role that is to be called hears a message of its own.
func EditOf(d Delivery) string {
	if d.Notice.Kind != Change || d.Notice.Text != "" {
		return ""
	}
	edit := report.Fingerprint(d.Notice.Report)
	if edit == "" {
		return ""
	}
	return DeliveryID(edit, Change, d.Mention, "", 0)
}

// Join makes a delivery a page of the story, or the first of a new one, and reports
// whether that changed the story. Doing it again changes nothing. When the story is
// another delivery's and has no message yet, the caller waits and asks again.
func (s *Story) Join(d Delivery, now time.Time) (changed bool) {
	subject := d.Notice.Subject
	switch again := s.tells(subject.Article); {
	case s.Delivery == d.ID:
		if s.Message != "" {
			return false
		}
		s.At = now // it is alive: others go on waiting
		return true
	case slices.ContainsFunc(s.Also, func(a Also) bool { return a.Delivery == d.ID }):
		return false
	case s.Delivery == "", again, now.Sub(s.At) > storyFor, len(s.Also) >= maxAlso, s.dead(d, now):
		*s = Story{Delivery: d.ID, Subject: subject, At: now}
		return true
	case s.Message == "":
		return false
	}
	s.Also = append(slices.Clone(s.Also), Also{Delivery: d.ID, Subject: subject})
	return true
}

// tells reports whether the story has a page already. The same edit on the same page is
// made once more, then: it was taken back between.
func (s *Story) tells(articleID string) bool {
	return s.Subject.Article == articleID || slices.ContainsFunc(s.Also, func(a Also) bool { return a.Subject.Article == articleID })
}

// dead reports whether the first delivery is gone without a message. Whoever asks must
// have asked a moment ago, too: after a stop of the whole program the first is tried
// again at the same time.
func (s *Story) dead(d Delivery, now time.Time) bool {
	return s.Message == "" && now.Sub(s.At) > storyWait && !d.LastAttempt.IsZero() && now.Sub(d.LastAttempt) < storyWait/10
}

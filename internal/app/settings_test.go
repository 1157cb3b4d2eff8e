package app_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestQuietHoursSurviveAKill: what changes in quiet hours is told afterwards, once and
// as a sum, although the bot was killed meanwhile.
func TestQuietHoursSurviveAKill(t *testing.T) {
	t.Parallel()
	s := newStage(t, filepath.Join(t.TempDir(), "erratum.db"))
	s.quietNight()
}

func (s *stage) quietNight() {
	t := s.t
	s.start()
	now := time.Now().UTC()
	hours := fmt.Sprintf("%s-%s", now.Add(-time.Hour).Format("15:04"), now.Add(2*time.Hour).Format("15:04"))
	if got := s.say(guildA, channelA, "settings set", option("quiet", hours)); !strings.Contains(got, "quiet hours: "+hours+", now, for another") {
		t.Fatalf("settings: %q", got)
	}
	s.say(guildA, channelA, "watch add", option("url", s.url))
	s.say(guildB, channelB, "watch add", option("url", s.url))
	s.site.Advance("storm-coast")
	s.waitFor(channelB, 1)
	s.kill()
	s.start()
	s.site.Advance("storm-coast") // a note appears
	s.waitFor(channelB, 2)
	s.waitFor(channelA, 0)
	if got := s.say(guildA, channelA, "why", option("article", "1")); !strings.Contains(got, "not told yet: quiet hours until") {
		t.Errorf("why: %q", got)
	}
	s.say(guildA, channelA, "settings set", option("quiet", "off"))
	m := s.waitFor(channelA, 1)[0]
	for _, want := range []string{"Seven", "Nine", "orrection"} {
		if !strings.Contains(read(m), want) {
			t.Errorf("the sum does not say %q:\n%s", want, read(m))
		}
	}
	s.stop()
}

// kill ends the bot as a crash of its machine would.
func (s *stage) kill() {
	s.t.Helper()
	if err := s.bot.Process.Kill(); err != nil {
		s.t.Fatal(err)
	}
	if err := <-s.ended; err == nil {
		s.t.Error("it was killed, and ended in peace")
	}
}

package command_test

import (
	"strings"
	"testing"
	"time"
)

func TestSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	wants(t, w.says("g", "settings show"), "new watches speak where they are added", "what I can't say elsewhere I say in `status` only",
		"time zone: UTC, where it is Mon 09:00 now", "quiet hours: none", "who may change this: Manage Server")
	wants(t, w.says("g", "settings set | zone=Europe/Kyiv | quiet=8 to 12:30 | channel=news | notices=news"), "Settings are changed",
		"new watches speak in <#news>", "time zone: Europe/Kyiv, where it is Mon 11:00 now", "quiet hours: 08:00-12:30, now, for another 1 h 30 min")
	w.says("g", "settings managers | add=77")
	wants(t, w.says("g", "settings managers | add=88"), "Manage Server, <@&77>, <@&88>")
	wants(t, w.says("g", "settings managers | remove=99"), "<@&99> is no manager role.")
	got := w.says("g", "settings managers | remove=77")
	wants(t, got, "Manage Server, <@&88>")
	lacks(t, got, "77")
	// What is not named stays.
	wants(t, w.says("g", "settings set | quiet=off"), "quiet hours: none", "Europe/Kyiv", "in <#news>")
	wants(t, w.says("g", "settings set | reset=channel"), "where they are added", "I say in <#news>")
	wants(t, w.says("other", "settings show"), "time zone: UTC")

	for typed, want := range map[string]string{
		"settings set":                      "Nothing was chosen. Usage: `settings set",
		"settings set | zone=Mars/Olympus":  "I know no time zone “Mars/Olympus”. Use a name of the time zone database",
		"settings set | zone=../../etc/tz":  "I know no time zone",
		"settings set | zone=Local":         "I know no time zone",
		"settings set | quiet=late":         "are no quiet hours: use two times, such as 22:00-07:00, or off.",
		"settings set | channel=elsewhere":  "There is no channel “elsewhere”: this is the only one.",
		"settings set | reset=everything":   "reset can't be “everything”.",
		"settings":                          "Say what to do: `settings show`, `settings set`",
		"settings forgive":                  "there are `settings show`",
		"settings managers | remove=<@&77>": "is no manager role",
	} {
		got := w.says("g", typed)
		one(t, got)
		wants(t, got, want)
	}
}

func TestForget(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do("g", "watch add | url="+bridge)
	w.do("g", "settings set | zone=Europe/Kyiv")
	w.do("other", "watch add | url="+bridge)
	asked := w.do("g", "settings forget")
	wants(t, asked.Text, "1 watch, 0 feeds", "`settings forget confirm:yes` does it")
	if len(asked.Next) != 1 || !asked.Next[0].Danger || asked.Next[0].Name != "settings forget" || asked.Next[0].Args["confirm"] != "yes" {
		t.Errorf("offered next: %+v", asked.Next)
	}
	wants(t, w.says("g", "watch list"), "1 watch")
	wants(t, w.says("g", "settings forget | confirm=yes"), "Deleted: 1 watch")
	wants(t, w.says("g", "watch list"), "Nothing is watched here yet")
	wants(t, w.says("g", "settings show"), "time zone: UTC")
	wants(t, w.says("other", "watch list"), "1 watch")
}

// TestQuietHoursAreSaid: in quiet hours the list and why say that a change waits.
func TestQuietHoursAreSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do("g", "watch add | url="+bridge)
	w.do("g", "settings set | quiet=9-17")
	w.hush = func(now time.Time) time.Time { return time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC) }
	w.change(bridge, story("Bridge over the Sill closes for repairs", "3.1 million"))
	got := w.says("g", "why | article=1")
	wants(t, got, "not told yet: quiet hours until 2 Mar 17:00 UTC")
	if strings.Contains(got, "told here") {
		t.Error(got)
	}
}

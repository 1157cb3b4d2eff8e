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
		"settings set | channel=no_where":   "There is no such channel.",
		"settings set | reset=everything":   "reset can't be “everything”.",
		"settings forgive":                  "there are `settings show`",
		"settings managers | remove=<@&77>": "is no manager role",
	} {
		got := w.says("g", typed)
		one(t, got)
		wants(t, got, want)
	}
}

// TestShortForms: what people type for a command who don't know it by name.
func TestShortForms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for short, full := range map[string]string{"settings": "settings show", "Settings": "settings show", "?": "help"} {
		if got, want := w.says("g", short), w.says("g", full); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", short, got, want)
		}
	}
}

// TestSettingsAtATerminal: they speak of nothing that only Discord has, and refuse it.
func TestSettingsAtATerminal(t *testing.T) {
	t.Parallel()
	w := terminal(t)
	got := w.says("g", "settings set | quiet=22-7")
	wants(t, got, "quiet hours: 22:00-07:00", "who may change this: whoever types here", "`settings set` changes it")
	lacks(t, got, "channel", "Manage Server", "managers", "watches speak", "elsewhere")
	wants(t, w.says("g", "digest | schedule=8"), "A digest is sent here every day at 08:00")
	wants(t, w.says("g", "watch add | url="+bridge), "Alerts here: facts")
	wants(t, w.says("g", "watch show | article=1"), "- told here")
	lacks(t, w.says("g", "settings forget"), "server")
	lacks(t, w.says("g", "help"), "managers", "Manage Server")
	lacks(t, w.says("g", "help | command=watch add"), "channel", "mention", "thread")
	for typed, want := range map[string]string{
		"settings managers | add=77":                                 "There are no roles here",
		"settings set | channel=desk":                                "There is no channel “desk”: this is the only one. Leave the option out.",
		"watch add | url=" + storm + " | channel=desk":               "There is no channel “desk”",
		"watch add | url=" + storm + " | mention=desk":               "There are no roles here: only Discord has them. Leave the option out.",
		"watch add | url=" + storm + " | thread=on":                  "There are no threads here: only Discord has them. Leave the option out.",
		"watch feed | url=https://sillpost.example/feed | thread=on": "There are no threads here",
		"watch edit | article=1 | mention=desk":                      "There are no roles here",
		"watch add | url=" + storm + " | nonsense=1":                 "Usage: `watch add URL [alerts:…] [schedule:…]`.",
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

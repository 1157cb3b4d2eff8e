package discord_test

import (
	"encoding/json"
	"strings"
	"testing"

	"erratum/internal/discord"
)

const deliveryID = "abcdefghijklmnopqrstuv23"

func TestButtonsReadBack(t *testing.T) {
	for _, id := range []string{
		discord.AlertButton("d", watchID, 12, 2147483647, "", deliveryID),
		discord.AlertButton("h", watchID, 0, 0, "", deliveryID),
		discord.AlertButton("m", watchID, 0, 0, "", deliveryID),
		discord.AlertButton("q", watchID, 0, 0, "24h", ""),
		discord.AlertButton("t", "", 0, 0, "", deliveryID),
		discord.AlertButton("p", watchID, 3, 4, "text", ""),
		discord.AlertButton("x", watchID, 0, 0, "remove", ""),
		discord.AlertButton("c", "", 0, 0, "0", ""),
	} {
		again, err := discord.ReadButton(id)
		if err != nil || again != id || len(id) > 100 {
			t.Errorf("%q (%d) reads as %q: %v", id, len(id), again, err)
		}
	}
}

func TestForeignButtonsAreRefused(t *testing.T) {
	good := discord.AlertButton("d", watchID, 1, 2, "", deliveryID)
	for _, id := range []string{
		"", ".", "e1", "e1.d", good + ".", good + "x.y", "e2" + good[2:], strings.ToUpper(good), strings.Replace(good, ".1.", ".01.", 1),
		strings.Replace(good, ".1.", ".-1.", 1), strings.Replace(good, ".1.", "..", 1), strings.Replace(good, ".1.", ".99999999999999999999.", 1),
		strings.Replace(good, "e1.d", "e1.z", 1), strings.Replace(good, watchID, "../../etc", 1), strings.Replace(good, watchID, "a b", 1),
		"e1.h." + watchID + ".1.2.." + deliveryID, strings.Repeat("a", 101), "e1.h." + strings.Repeat("a", 90) + "....",
		"e1.x." + watchID + "...forget.", "e1.x." + watchID + "....", "e1.p." + watchID + "...text.",
	} {
		if _, err := discord.ReadButton(id); err == nil {
			t.Errorf("%q is taken for a button", id)
		}
	}
}

func FuzzButton(f *testing.F) {
	f.Add(discord.AlertButton("d", watchID, 1, 2, "", deliveryID))
	f.Add("e1.q.abc...24h.")
	f.Add("e1.p.abc.3.4.text.")
	f.Add("e1.x.abc...show.")
	f.Add("e1.c....0.")
	f.Fuzz(func(t *testing.T, id string) {
		again, err := discord.ReadButton(id)
		if err == nil && (again != id || len(id) > 100) {
			t.Errorf("%q reads as %q", id, again)
		}
	})
}

func TestSuggestions(t *testing.T) {
	all := []discord.Title{
		{Watch: "w1", Title: "The bridge closes", URL: "https://a.example/1"},
		{Watch: "w2", Title: "Bridge @everyone **closes** " + strings.Repeat("long ", 40), URL: "https://a.example/2"},
		{Watch: "w3", URL: "https://b.example/bridge"},
		{Watch: "w4", Title: "Harbour", URL: "https://c.example/4"},
		{Watch: "w6", Title: "“L’Été” – São Paulo", URL: "https://e.example/6"},
	}
	for range 40 {
		all = append(all, discord.Title{Watch: "w5", Title: "Filler", URL: "https://d.example"})
	}
	for typed, want := range map[string]string{"BRIDGE": "w2 w1 w3", "harb": "w4", "closes bridge": "w1 w2", "nothing like it": "", "l'ete": "w6", "\"l’été\" - sao": "w6", "PAULO ete": "w6"} {
		raw, err := discord.Suggest(all, typed)
		if err != nil {
			t.Fatal(err)
		}
		var got []struct{ Name, Value string }
		if err := json.Unmarshal(raw, &got); err != nil || string(raw) == "null" {
			t.Fatalf("%s: %v", raw, err)
		}
		var ids []string
		for _, c := range got {
			ids = append(ids, c.Value)
			if n := discord.Units(c.Name); n < 1 || n > 100 {
				t.Errorf("a name of %d", n)
			}
		}
		if strings.Join(ids, " ") != want {
			t.Errorf("%q offers %q, want %q", typed, ids, want)
		}
	}
	raw, _ := discord.Suggest(all, "")
	if n := strings.Count(string(raw), `"value"`); n != 25 {
		t.Errorf("%d choices for nothing typed, want 25", n)
	}
}

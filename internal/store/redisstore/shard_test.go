package redisstore_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/fair"
	"erratum/internal/redistest"
	"erratum/internal/store/pack"
	"erratum/internal/watch"
)

// TestForgetLeavesNothing reads every key and value for what is of a guild.
func TestForgetLeavesNothing(t *testing.T) {
	srv := redistest.New(t, "--appendonly", "no")
	s := openReal(t, srv.URL(), "er:")
	w := addStory(t, s, "https://a.example/1")
	other, _, err := s.AddWatch(t.Context(), watch.Watch{URL: w.URL, Destination: alert.Destination{Guild: "another", Channel: "7"}, Alerts: alert.All})
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= 3; i++ {
		revise(t, s, w, i)
	}
	for _, d := range claim(t, s) {
		if d.Watch == w.ID {
			if err := s.Bury(t.Context(), d, "no permission"); err != nil {
				t.Fatal(err)
			}
		}
	}
	removed := addStory(t, s, "https://b.example/1")
	for name, call := range map[string]func() error{
		"claim":  func() error { _, err := s.Claim(t.Context(), fair.Room{Free: 9}, time.Minute, 0); return err },
		"pause":  func() error { return s.Pause(t.Context(), here, time.Hour, "r") },
		"remove": func() error { _, err := s.RemoveWatch(t.Context(), here.Guild, removed.ID); return err },
		"settings": func() error {
			_, err := s.EditSettings(t.Context(), here.Guild, func(s *alert.Settings) error { s.Channel = here.Channel; return nil })
			return err
		},
		"story": func() error {
			_, err := s.Join(t.Context(), alert.Delivery{ID: "d", Destination: here}, "edit")
			return err
		},
		"turn": func() error {
			_, err := s.Turn(t.Context(), alert.Delivery{ID: w.ID, Destination: here}, 1, time.Hour)
			return err
		},
		"left": func() error { return s.Left(t.Context(), here.Guild) },
		"feed": func() error {
			_, _, err := s.AddFeed(t.Context(), watch.Feed{URL: "https://a.example/feed", Destination: here})
			return err
		},
	} {
		if err := call(); err != nil {
			t.Fatal(name, err)
		}
	}
	secrets := []string{here.Guild, here.Channel, w.ID, removed.ID}
	if found := holding(t, srv, secrets...); len(found) < 10 {
		t.Fatalf("the test looks at the wrong places: %v", found)
	}
	if err := s.Forget(t.Context(), here.Guild); err != nil {
		t.Fatal(err)
	}
	if found := holding(t, srv, secrets...); len(found) > 0 {
		t.Errorf("left behind: %v", found)
	}
	if _, err := s.Watch(t.Context(), "another", other.ID); err != nil {
		t.Errorf("another guild's watch: %v", err)
	}
}

// holding lists the keys that have one of some words in name or value.
func holding(t *testing.T, srv *redistest.Server, words ...string) (found []string) {
	t.Helper()
	p, err := pack.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range tell(t, srv, "KEYS", "*").([]any) {
		key := k.(string)
		var value any
		switch tell(t, srv, "TYPE", key) {
		case "string":
			value = tell(t, srv, "GET", key)
		case "hash":
			value = tell(t, srv, "HGETALL", key)
		case "list":
			value = tell(t, srv, "LRANGE", key, 0, -1)
		case "zset":
			value = tell(t, srv, "ZRANGE", key, 0, -1)
		case "set":
			value = tell(t, srv, "SMEMBERS", key)
		}
		text := key + " " + plain(p, value)
		for _, word := range words {
			if strings.Contains(text, word) {
				found = append(found, key)
				break
			}
		}
	}
	return found
}

// plain is all that a reply holds, unpacked.
func plain(p *pack.Packer, v any) string {
	switch v := v.(type) {
	case string:
		if b, err := p.Unpack([]byte(v)); err == nil {
			return string(b)
		}
		return v
	case []any:
		var out strings.Builder
		for _, e := range v {
			out.WriteString(plain(p, e) + "\n")
		}
		return out.String()
	case map[any]any:
		var out strings.Builder
		for k, e := range v {
			out.WriteString(plain(p, k) + " " + plain(p, e) + "\n")
		}
		return out.String()
	default:
		b, _ := json.Marshal(v)
		return string(b)
	}
}

// TestDamage: what can't be read is named, and holds up nothing else.
func TestDamage(t *testing.T) {
	srv := redistest.New(t, "--appendonly", "no")
	s := openReal(t, srv.URL(), "er:")
	w := addStory(t, s, "https://a.example/1")
	for i := 1; i <= 3; i++ {
		revise(t, s, w, i)
	}
	well := addStory(t, s, "https://b.example/1")
	key := func(kind, id string) string {
		t.Helper()
		ks := tell(t, srv, "KEYS", "er:{s*}:"+kind+":"+id).([]any)
		if len(ks) != 1 {
			t.Fatalf("keys %v", ks)
		}
		return ks[0].(string)
	}
	shard := strings.TrimSuffix(key("a", w.Article), "a:"+w.Article)

	body := tell(t, srv, "HGET", key("r", w.Article), "2").(string)
	tell(t, srv, "HSET", key("r", w.Article), "2", body[:len(body)-3]+"xyz")
	for n, want := range map[int]string{2: "article " + w.Article + ", revision 2 is damaged", 3: "revision 2 is damaged"} {
		if _, err := s.Revision(t.Context(), w.Article, n); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("revision %d: %v", n, err)
		}
	}
	if _, err := s.Revision(t.Context(), w.Article, 1); err != nil {
		t.Errorf("revision 1: %v", err)
	}

	first := alert.DeliveryID(w.ID, alert.Change, "", "", 1)
	tell(t, srv, "HSET", shard+"d", first, "{not json")
	ds := claim(t, s)
	for len(ds) == 0 {
		ds = claim(t, s)
	}
	if len(ds) != 1 || ds[0].Notice.To != 2 {
		t.Errorf("claimed %+v", ds)
	}
	h, err := s.Health(t.Context(), here.Guild)
	if err != nil || len(h.Dead) != 1 || h.Dead[0].Delivery.ID != first || !strings.Contains(h.Dead[0].Reason, "can't be read") {
		t.Fatalf("health %+v, %v", h, err)
	}
	if err := s.Drop(t.Context(), here.Guild, first); err != nil {
		t.Error(err)
	}
	tell(t, srv, "HSET", key("c", w.Article), "2.3", "{not json")
	if err := s.Ack(t.Context(), ds[0], "m"); err != nil {
		t.Fatal(err)
	}
	if ds := claim(t, s); len(ds) != 0 {
		t.Errorf("claimed %+v", ds)
	}
	if h, err = s.Health(t.Context(), here.Guild); err != nil || len(h.Dead) != 1 || h.Queued != 0 {
		t.Errorf("health %+v, %v", h, err)
	}

	addStory(t, s, w.URL) // due again
	tell(t, srv, "SET", key("s", w.Article), "{not json")
	ls, err := s.Lease(t.Context(), fair.Room{Free: 9}, time.Minute, 0)
	if err != nil || len(ls) != 1 || ls[0].Article != well.Article {
		t.Errorf("leased %+v, %v", ls, err)
	}
	if _, err := s.State(t.Context(), w.Article); err == nil || !strings.Contains(err.Error(), "state of article "+w.Article) {
		t.Errorf("state: %v", err)
	}
}

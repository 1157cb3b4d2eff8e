package storetest

func sessionTests() []test {
	return []test{
		{"a session is one holder's until its time ends", sessionHeld},
		{"a session that is given up is free", sessionEnded},
	}
}

// holds tries to take or keep a session and checks the answer.
func (b *bench) holds(s Store, session, holder string, want bool) {
	b.Helper()
	got, err := s.HoldSession(b.Context(), session, holder, hold)
	b.must(err)
	b.equal(holder+" has "+session, got, want)
}

func sessionHeld(b *bench) {
	other := b.open(nil)
	b.holds(b.Store, "0/1", "first", true)
	b.holds(other, "0/1", "second", false)
	b.holds(other, "1/2", "second", true) // another session
	b.clock.advance(hold / 2)
	b.holds(b.Store, "0/1", "first", true) // kept for longer
	b.clock.advance(hold / 2)
	b.holds(other, "0/1", "second", false)
	b.clock.advance(hold / 2)
	b.holds(other, "0/1", "second", true)
	b.holds(b.Store, "0/1", "first", false)
}

func sessionEnded(b *bench) {
	b.holds(b.Store, "0/1", "first", true)
	b.must(b.EndSession(b.Context(), "0/1", "second")) // not its own
	b.holds(b.Store, "0/1", "second", false)
	b.must(b.EndSession(b.Context(), "0/1", "first"))
	b.holds(b.Store, "0/1", "second", true)
}

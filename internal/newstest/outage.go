package newstest

import "fmt"

// Vanish takes the page away: it answers 404, or Status.
type Vanish struct{ Status int }

func (e Vanish) edit(p *page) (effect, error) {
	p.status = e.Status
	if p.status == 0 {
		p.status = 404
	}
	return effect{notice: NoticeGone}, nil
}

// Return brings a page back that had vanished.
type Return struct{}

func (Return) edit(p *page) (effect, error) {
	if p.status == 0 {
		return effect{}, fmt.Errorf("%w: the page is not gone", errNotThere)
	}
	p.status = 0
	return effect{notice: NoticeReturned}, nil
}

// Wall turns the reader away: with a refusal of Status, or, when Status is 0 or 200,
// with a page that wants to know whether a person is there.
type Wall struct{ Status int }

func (e Wall) edit(p *page) (effect, error) {
	p.challenge = true
	if e.Status != 200 {
		p.status = e.Status
	}
	return effect{notice: NoticeBlind}, nil
}

// Lift takes a wall away; the article behind it is as it was.
type Lift struct{}

func (Lift) edit(p *page) (effect, error) {
	if !p.challenge {
		return effect{}, fmt.Errorf("%w: there is no wall", errNotThere)
	}
	p.challenge, p.status = false, 0
	return effect{notice: NoticeRecovered}, nil
}

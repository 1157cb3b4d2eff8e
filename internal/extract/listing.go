package extract

import "strings"

// minListed is how many entries make a list of articles.
const minListed = 5

// isListing reports whether a page that does not call itself an article lists others.
func (p *page) isListing(words int) bool {
	return p.isFront() || p.meta.listing || listsLinks(p, words) || p.listsArticles()
}

// isFront reports whether the address is a site's front page.
func (p *page) isFront() bool {
	return p.url != nil && strings.Trim(p.url.Path, "/") == "" && p.url.RawQuery == ""
}

// listsLinks reports whether most of the page's text lies in links.
func listsLinks(p *page, words int) bool {
	text, link := 0, 0
	for i := range p.blocks {
		if !p.blocks[i].zone.has(inNav | inFooter | hidden) {
			text += len(p.blocks[i].text)
			link += p.blocks[i].link
		}
	}
	return words < wallWords/2 && link*2 > text
}

// listsArticles reports whether most of what was taken for text are the first lines of
// others: each stands below a heading that is a link.
func (p *page) listsArticles() bool {
	below, all := 0, 0
	for i := range p.blocks {
		if !p.keep[i] || p.blocks[i].heading() > 0 {
			continue
		}
		all++
		for k := i - 1; k >= 0 && k >= i-2; k-- {
			if b := &p.blocks[k]; b.heading() > 0 && b.linkShare() > .8 {
				below++
				break
			}
		}
	}
	return below >= minListed && below*2 >= all
}

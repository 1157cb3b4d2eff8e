package text

import (
	"strings"
	"sync"
)

// SpellingKey returns one key for the British and the American spelling of a
// lower-case word, or the German and the Swiss, the word itself when it has one spelling only. A key is for
// comparing, not for showing: it may be no word at all ("advize").
func SpellingKey(lower string) string {
	if len(lower) < leastRoot {
		return lower
	}
	if !isASCII(lower) {
		return swissKey(lower)
	}
	v := variants()
	if key, ok := v.words[lower]; ok {
		return key
	}
	if key, ok := v.roots.key(lower); ok {
		return key
	}
	return spellingBySuffix(lower)
}

// swissKey writes ß as the Swiss do, unless that makes another word.
func swissKey(lower string) string {
	switch lower {
	case "maße", "maßen", "buße", "bußen", "floß", "floße":
		return lower
	}
	return strings.ReplaceAll(lower, "ß", "ss")
}

// spellingBySuffix folds -ise and -yse with their inflections, and metres and litres.
// No two English words of six letters or more differ only in that s and z.
func spellingBySuffix(w string) string {
	switch w[len(w)-1] {
	case 'e', 's', 'd', 'r', 'g', 'n', 'l':
	default:
		return w // what none of the endings below ends in
	}
	if one := strings.TrimSuffix(w, "s"); strings.HasSuffix(one, "metre") || strings.HasSuffix(one, "litre") {
		return one[:len(one)-2] + "er" + w[len(one):]
	}
	if len(w) < 6 {
		return w
	}
	for _, e := range []string{"isation", "isations", "isational", "ise", "ised", "ises", "iser", "isers", "ising", "yse", "ysed", "yses", "ysing"} {
		if strings.HasSuffix(w, e) {
			i := len(w) - len(e) + 1
			return w[:i] + "z" + w[i+1:]
		}
	}
	return w
}

// leastRoot is the shortest root, in bytes.
const leastRoot = 4

// roots maps the start of a word to another start; what follows is kept.
type roots struct {
	to      map[string]string
	starts  map[string]bool // the first letters of all
	longest int             // in bytes
}

func newRoots(to map[string]string) roots {
	r := roots{to: to, starts: make(map[string]bool)}
	for root := range to {
		r.starts[root[:leastRoot]] = true
		r.longest = max(r.longest, len(root))
	}
	return r
}

// key replaces the longest root that w, of at least leastRoot bytes, starts with.
func (r roots) key(w string) (string, bool) {
	if !r.starts[w[:leastRoot]] {
		return "", false
	}
	for n := min(len(w), r.longest); n >= leastRoot; n-- {
		if key, ok := r.to[w[:n]]; ok {
			return key + w[n:], true
		}
	}
	return "", false
}

type spellings struct {
	words map[string]string
	roots roots
}

// variants prepares the lists once; they do not change after that.
var variants = sync.OnceValue(func() spellings {
	words, starts := make(map[string]string), make(map[string]string)
	for _, w := range strings.Fields(ourRoots) {
		starts[w] = strings.Replace(w, "our", "or", 1)
	}
	for _, w := range strings.Fields(doubledRoots) {
		starts[w] = w[:len(w)-1]
	}
	pairs(spellingRoots, starts)
	pairs(spellingWords, words)
	return spellings{words: words, roots: newRoots(starts)}
})

func pairs(list string, to map[string]string) {
	for _, p := range strings.Fields(list) {
		british, american, _ := strings.Cut(p, "=")
		to[british] = american
	}
}

// ourRoots are spelt -or in American English, whatever follows.
const ourRoots = `colour favour honour labour neighbour behaviour rumour humour harbour
	endeavour vapour odour armour parlour saviour splendour tumour valour vigour candour
	clamour fervour rancour rigour savour arbour ardour demeanour enamour misdemeanour succour
	discolour dishonour disfavour belabour flavour`

// doubledRoots lose their last l in American English before an ending.
const doubledRoots = `cancell travell labell modell fuell signall counsell channell quarrell marshall
	tunnell levell bevell chisell diall duell equall grovell initiall marvell panell pedall pencill
	rivall shovell shrivell snivell spirall swivell totall unravell yodell enamell funnell libell
	parcell perill refuell tassell towell weasell imperill jewell woollen`

// spellingRoots are starts of words: British=American.
const spellingRoots = `centre=center theatre=theater fibre=fiber calibre=caliber lustre=luster
	sombre=somber spectre=specter meagre=meager sabre=saber reconnoitre=reconnoiter
	catalogue=catalog dialogue=dialog analogue=analog monologue=monolog epilogue=epilog prologue=prolog
	travelogue=travelog defence=defense offence=offense licence=license practise=practice pretence=pretense
	cheque=check mould=mold moult=molt smoulder=smolder plough=plow sceptic=skeptic aeroplane=airplane
	aluminium=aluminum manoeuvre=maneuver paediatric=pediatric anaemi=anemi haemo=hemo
	haemorrhag=hemorrhag oestrogen=estrogen foetus=fetus foetal=fetal encyclopaedi=encyclopedi
	archaeolog=archeolog oesophag=esophag diarrhoea=diarrhea leukaemi=leukemi caesarean=cesarean
	orthopaed=orthoped gynaecolog=gynecolog anaesthe=anesthe moustache=mustache
	enquir=inquir artefact=artifact jewellery=jewelry pyjama=pajama yoghurt=yogurt
	judgement=judgment acknowledgement=acknowledgment fulfilment=fulfillment instalment=installment
	enrolment=enrollment skilful=skillful wilful=willful ageing=aging instil=instill distil=distill
	instill=instill distill=distill tyre=tire kerb=curb greyish=grayish doughnut=donut
	likeable=likable saleable=salable sizeable=sizable liveable=livable whisky=whiskey`

// spellingWords are whole words: British=American.
const spellingWords = `grey=gray greys=grays programme=program programmes=programs storey=story storeys=stories
	whilst=while amongst=among amidst=amid towards=toward afterwards=afterward backwards=backward
	forwards=forward upwards=upward downwards=downward learnt=learned burnt=burned spelt=spelled
	dreamt=dreamed leapt=leaped spilt=spilled spoilt=spoiled smelt=smelled leant=leaned
	cosy=cozy speciality=specialty specialities=specialties adviser=advisor advisers=advisors
	okay=ok disc=disk discs=disks enrol=enroll enrols=enrolls fulfil=fulfill fulfils=fulfills
	gaol=jail gaols=jails mum=mom mums=moms glamour=glamor chilli=chili chillies=chilies
	centring=centering centred=centered manoeuvring=maneuvering manoeuvred=maneuvered`

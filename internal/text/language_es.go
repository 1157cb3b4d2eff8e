package text

var spanish = lists{
	leads: `sr sra srta sres sras dr dra prof ing lic arq gral cnel cap tte sgto d dª dña
		sto sta ud uds vd p.ej ej cf aprox av avda avd fray mons`,
	ends:   `etc cía cia inc ltd s.a ee.uu jr`,
	counts: `min núm num nº no art arts cap fig vol pág págs p pp ene feb abr jun jul ago sept oct nov dic`,
	starters: `el la los las lo un una unos unas este esta estos estas ese esa eso aquel
		él ella ellos ellas yo nosotros usted se su sus
		en a al de del por para con sin sobre tras desde hasta según durante entre ante
		pero y e o aunque sin además también así entonces
		que qué quien quién cuando cómo como si donde dos tres varios muchos`,
	calendar: `lunes martes miércoles jueves viernes sábado domingo
		enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre`,
	functions: `el la los las lo un una unos unas al del
		este esta estos estas ese esa esos esas eso esto aquel aquella aquellos aquellas
		yo me mí nosotros nos tú te ti vosotros os usted ustedes él ella ello ellos ellas se sí le les
		mi mis tu tus su sus nuestro nuestra nuestros nuestras
		que quien quienes cual cuales cuyo cuya donde
		a de en por para con sobre tras desde hasta según durante entre ante bajo hacia contra
		y e o u pero sino si porque como cuando aunque mientras pues
		soy eres es somos son era eran fue fueron sido ser será serán siendo sea
		estoy está están estaba estaban estuvo estado estar
		he has ha hemos han había habían haber hubo habrá haya
		también ya muy más así`,
}

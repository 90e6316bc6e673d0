exports.keys = 'of the cookies, which nothing here uses'
exports.middleware = ['authing']
// Of Egg: the routes that the middleware of the documents guards. The table has guards of its own.
exports.authing = { match: ['/me', '/books', '/failing'] }
// Its tokens are for cookies.
exports.security = { csrf: { enable: false } }

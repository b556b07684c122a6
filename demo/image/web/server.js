// The demo's shop front: only here so that the image is a real application; it is never run by the demo.
const express = require('express');
const fileUpload = require('express-fileupload');
const _ = require('lodash');

const app = express();
app.set('view engine', 'ejs');
app.use(fileUpload({ parseNested: true }));
app.get('/', (request, response) => response.render('index', _.pick(request.query, ['q'])));
app.listen(3000);

// The example is a test file; it runs as one.
import '../../examples/your-app.test.js'

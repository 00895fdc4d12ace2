/** The product, measured from outside: through its REST API. */
@NullMarked
package dev.merpati.benchmark.rest;

import org.jspecify.annotations.NullMarked;

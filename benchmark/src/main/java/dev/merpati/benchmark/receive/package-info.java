/** The other direction: phones write, and a tenant's endpoint gets it as events. */
@NullMarked
package dev.merpati.benchmark.receive;

import org.jspecify.annotations.NullMarked;

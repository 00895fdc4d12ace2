/** Customers who send and check numbers at a known rate, and write down what happens. */
@NullMarked
package dev.merpati.chaos.load;

import org.jspecify.annotations.NullMarked;

/** Customers that send and check numbers at a known rate and record what happens. */
@NullMarked
package dev.merpati.chaos.load;

import org.jspecify.annotations.NullMarked;

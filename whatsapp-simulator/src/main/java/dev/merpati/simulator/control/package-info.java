/** The HTTP control API and the page. */
@NullMarked
package dev.merpati.simulator.control;

import org.jspecify.annotations.NullMarked;

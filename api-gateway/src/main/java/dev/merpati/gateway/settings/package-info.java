/** What an operator can set, bound and checked at the start. */
@NullMarked
package dev.merpati.gateway.settings;

import org.jspecify.annotations.NullMarked;

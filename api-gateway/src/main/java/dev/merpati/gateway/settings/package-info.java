/** What an operator can set, bound and validated at start-up. */
@NullMarked
package dev.merpati.gateway.settings;

import org.jspecify.annotations.NullMarked;

/** What WhatsApp's server and phones refuse: which rules are enforced, and which clients broke them. */
@NullMarked
package dev.merpati.simulator.rule;

import org.jspecify.annotations.NullMarked;

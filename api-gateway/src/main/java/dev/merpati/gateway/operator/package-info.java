/** What the operator of an installation can do with its tenants. */
@NullMarked
package dev.merpati.gateway.operator;

import org.jspecify.annotations.NullMarked;
